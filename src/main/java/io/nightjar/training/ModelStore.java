package io.nightjar.training;

import io.nightjar.clicks.InputException;
import io.nightjar.network.NetworkShape;
import io.nightjar.network.Optimizer;
import io.nightjar.network.OptimizerState;
import io.nightjar.publish.Documents;
import io.nightjar.publish.TablePublisher;
import io.nightjar.publish.Warehouse;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Models in the warehouse: {@code models/version=<version>/<content>/model.zip} as DL4J writes it,
 * {@code content} being the first digits of its sha-256, and {@code manifest.json} beside that
 * directory, which names it; {@code optimizer.bin} is for a training that goes on from the model. A
 * version that is stored again gets another directory, and one replacement of the manifest puts it
 * in the place of the one before: a reader finds the old model or the new one, never none. A model
 * file is executable input (DL4J deserializes Java objects from some entries), so only the entries
 * that Nightjar writes are accepted, and only unchanged.
 */
public final class ModelStore {
  private static final Logger LOG = LoggerFactory.getLogger(ModelStore.class);
  private static final String TABLE = "models";
  private static final String MODEL = "model.zip";
  private static final String OPTIMIZER = "optimizer.bin";
  private static final String MANIFEST = "manifest.json";
  private static final int CONTENT_DIGITS = 16;
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

  /** What the optimizer remembers at the end of a training. */
  public record Memory(Optimizer optimizer, OptimizerState state) {}

  /** Where a model's files are: a place of their own, named by their content. */
  private Path files(ModelManifest manifest) {
    return new Path(
        warehouse.partition(TABLE, "version", manifest.version()),
        manifest.sha256().substring(0, CONTENT_DIGITS));
  }

  /** Stores a model that no training will go on from; see the other method. */
  public Path save(MultiLayerNetwork network, ModelManifest manifest) throws IOException {
    return save(network, Optional.empty(), manifest);
  }

  /**
   * Stores a model under its manifest's version, replacing one that has it in one step. The files
   * of the one before stay for readers that have just begun, until the version is stored again.
   *
   * @param memory for a later training that goes on from here; empty where none is kept
   * @param manifest its {@code sha256} is filled in here
   */
  public Path save(MultiLayerNetwork network, Optional<Memory> memory, ModelManifest manifest)
      throws IOException {
    Path staged = warehouse.staging(runId, TABLE);
    warehouse.fileSystem().delete(staged, true);
    String sha256;
    File zip = localFile();
    try {
      // A network that DL4J did not train has no updater, and would get one full of zeros.
      boolean hasUpdater = network.getUpdater(false) != null;
      ModelSerializer.writeModel(network, zip, hasUpdater);
      sha256 = sha256(zip);
      warehouse
          .fileSystem()
          .copyFromLocalFile(true, true, new Path(zip.toURI()), new Path(staged, MODEL));
    } finally {
      Files.deleteIfExists(zip.toPath());
    }
    if (memory.isPresent()) {
      try (OutputStream out =
          new BufferedOutputStream(
              warehouse.fileSystem().create(new Path(staged, OPTIMIZER), true))) {
        OptimizerFile.write(memory.get().state(), memory.get().optimizer(), out);
      }
    }
    ModelManifest complete = manifest.withSha256(sha256);
    Path directory = warehouse.partition(TABLE, "version", manifest.version());
    Optional<Path> replaced =
        documents.read(new Path(directory, MANIFEST)).map(ModelManifest::fromJson).map(this::files);
    tables.place(staged, files(complete));
    documents.write(new Path(directory, MANIFEST), complete.toJson());
    sweep(directory, files(complete), replaced);
    return directory;
  }

  /** Removes what older models, and runs that were killed before their manifest, left behind. */
  private void sweep(Path directory, Path current, Optional<Path> replaced) throws IOException {
    for (FileStatus found : warehouse.fileSystem().listStatus(directory)) {
      String name = found.getPath().getName();
      boolean isNeeded =
          name.equals(current.getName())
              || replaced.filter(path -> path.getName().equals(name)).isPresent();
      if (found.isDirectory() && !isNeeded) {
        warehouse.fileSystem().delete(found.getPath(), true);
      }
    }
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
    File zip = localFile();
    try {
      try (InputStream in = warehouse.fileSystem().open(new Path(files(manifest), MODEL))) {
        Files.copy(in, zip.toPath(), StandardCopyOption.REPLACE_EXISTING);
      }
      check(zip, manifest, directory);
      return new StoredModel(ModelSerializer.restoreMultiLayerNetwork(zip, true), manifest);
    } finally {
      Files.deleteIfExists(zip.toPath());
    }
  }

  /**
   * What the optimizer remembered when a stored model was done.
   *
   * @param manifest of the model
   * @param shape of the model
   * @param optimizer that is to go on with it
   * @return empty where nothing was kept, or it is of another optimizer; the next training then
   *     starts with an optimizer that remembers nothing
   */
  public Optional<OptimizerState> memory(
      ModelManifest manifest, NetworkShape shape, Optimizer optimizer) throws IOException {
    Path path = new Path(files(manifest), OPTIMIZER);
    if (!warehouse.fileSystem().exists(path)) {
      return Optional.empty();
    }
    try (InputStream in = new BufferedInputStream(warehouse.fileSystem().open(path))) {
      return Optional.of(OptimizerFile.read(shape, optimizer, in));
    } catch (IOException e) {
      LOG.warn("passing over {}: {}", path, e.toString());
      return Optional.empty();
    }
  }

  /** A model of a million items is larger than an array; it goes through a file of its own. */
  private static File localFile() throws IOException {
    return Files.createTempFile("nightjar-model-", ".zip").toFile();
  }

  private static void check(File zip, ModelManifest manifest, Path directory) throws IOException {
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
    try (ZipFile entries = new ZipFile(zip)) {
      for (ZipEntry entry : Collections.list(entries.entries())) {
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

  private static String sha256(File file) throws IOException {
    try (DigestInputStream in =
        new DigestInputStream(
            Files.newInputStream(file.toPath()), MessageDigest.getInstance("SHA-256"))) {
      in.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
