package io.nightjar.training;

import io.nightjar.clicks.InputException;
import io.nightjar.publish.Documents;
import io.nightjar.publish.TablePublisher;
import io.nightjar.publish.Warehouse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;

/**
 * Models in the warehouse: {@code models/version=<version>/model.zip} as DL4J writes it, with
 * {@code manifest.json} beside it. A model file is executable input (DL4J deserializes Java objects
 * from some entries), so only the entries that Nightjar writes are accepted, and only unchanged.
 */
public final class ModelStore {
  private static final String TABLE = "models";
  private static final String MODEL = "model.zip";
  private static final String MANIFEST = "manifest.json";
  private static final Set<String> ACCEPTED_ENTRIES =
      Set.of("configuration.json", "coefficients.bin", "updaterState.bin", "noParams.marker");

  private final Warehouse warehouse;
  private final TablePublisher tables;
  private final Documents documents;
  private final String runId;

  public ModelStore(Warehouse warehouse, TablePublisher tables, Documents documents, String runId) {
    this.warehouse = warehouse;
    this.tables = tables;
    this.documents = documents;
    this.runId = runId;
  }

  /** A stored network with its manifest. */
  public record StoredModel(MultiLayerNetwork network, ModelManifest manifest) {}

  /**
   * Stores a model under its manifest's version, replacing one that has it.
   *
   * @param manifest its {@code sha256} is filled in here
   */
  public Path save(MultiLayerNetwork network, ModelManifest manifest) throws IOException {
    ByteArrayOutputStream zip = new ByteArrayOutputStream();
    ModelSerializer.writeModel(network, zip, true);
    Path staged = warehouse.staging(runId, TABLE);
    try (OutputStream out = warehouse.fileSystem().create(new Path(staged, MODEL), true)) {
      zip.writeTo(out);
    }
    ModelManifest complete = manifest.withSha256(sha256(zip.toByteArray()));
    documents.write(new Path(staged, MANIFEST), complete.toJson());
    Path target = warehouse.partition(TABLE, "version", manifest.version());
    tables.replace(staged, target);
    return target;
  }

  /** Replaces a stored model's manifest, which a reader sees whole, old or new. */
  public void update(ModelManifest manifest) throws IOException {
    Path directory = warehouse.partition(TABLE, "version", manifest.version());
    documents.write(new Path(directory, MANIFEST), manifest.toJson());
  }

  /** Whether there is a model of this version. */
  public boolean has(String version) throws IOException {
    return warehouse
        .fileSystem()
        .exists(new Path(warehouse.partition(TABLE, "version", version), MANIFEST));
  }

  /**
   * Loads a model.
   *
   * @throws InputException if there is none of this version, or its file is not what was stored
   */
  public StoredModel load(String version) throws IOException {
    Path directory = warehouse.partition(TABLE, "version", version);
    ModelManifest manifest =
        documents
            .read(new Path(directory, MANIFEST))
            .map(ModelManifest::fromJson)
            .orElseThrow(
                () ->
                    new InputException(
                        "There is no model in " + directory + "; run `train` first."));
    byte[] zip;
    try (InputStream in = warehouse.fileSystem().open(new Path(directory, MODEL))) {
      zip = in.readAllBytes();
    }
    check(zip, manifest, directory);
    return new StoredModel(
        ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(zip), true), manifest);
  }

  private static void check(byte[] zip, ModelManifest manifest, Path directory) throws IOException {
    String found = sha256(zip);
    if (!found.equals(manifest.sha256())) {
      throw new InputException(
          "The model in "
              + directory
              + " is not the one that was stored: its sha-256 is "
              + found
              + ", its manifest says "
              + manifest.sha256()
              + "; train again.");
    }
    try (ZipInputStream entries = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
        if (!ACCEPTED_ENTRIES.contains(entry.getName())) {
          throw new InputException(
              "The model in "
                  + directory
                  + " holds "
                  + entry.getName()
                  + "; accepted are "
                  + ACCEPTED_ENTRIES
                  + ", since anything else could run code.");
        }
      }
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
