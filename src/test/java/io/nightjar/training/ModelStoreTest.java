package io.nightjar.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightjar.LocalSpark;
import io.nightjar.clicks.InputException;
import io.nightjar.config.ConfigLoader;
import io.nightjar.network.NetworkShape;
import io.nightjar.network.StockNetwork;
import io.nightjar.publish.Documents;
import io.nightjar.publish.TablePublisher;
import io.nightjar.publish.Warehouse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelStoreTest {
  @TempDir Path directory;

  private final MultiLayerNetwork network =
      StockNetwork.create(new NetworkShape(5, 3, 3, 1, false), 1);
  private ModelStore store;

  @BeforeEach
  void open() throws IOException {
    Warehouse warehouse =
        new Warehouse(
            directory.toString(), LocalSpark.session().sparkContext().hadoopConfiguration());
    store =
        new ModelStore(
            warehouse,
            new TablePublisher(
                LocalSpark.session(),
                warehouse,
                "run",
                ConfigLoader.load(Optional.empty(), List.of()).publish()),
            new Documents(warehouse.fileSystem()),
            "run");
    store.save(network, manifest("v1"));
  }

  @Test
  void aStoredModelComesBackWithItsParametersUpdaterAndManifest() throws IOException {
    ModelStore.StoredModel stored = store.load("v1");

    assertThat(stored.network().params()).isEqualTo(network.params());
    assertThat(stored.manifest().vocabularyChecksum()).isEqualTo("abc");
    assertThat(stored.manifest().curve().epochs()).hasSize(1);
    assertThat(stored.manifest().sha256()).hasSize(64);
  }

  @Test
  void savingAVersionAgainReplacesIt() throws IOException {
    MultiLayerNetwork other = StockNetwork.create(new NetworkShape(5, 3, 3, 1, false), 2);
    store.save(other, manifest("v1"));

    assertThat(store.load("v1").network().params()).isEqualTo(other.params());
  }

  @Test
  void readersOfAVersionThatIsStoredAgainAlwaysFindAWholeModel() throws Exception {
    MultiLayerNetwork other = StockNetwork.create(new NetworkShape(5, 3, 3, 1, false), 2);
    AtomicBoolean isStoring = new AtomicBoolean(true);
    AtomicInteger loads = new AtomicInteger();
    CompletableFuture<Void> reader =
        CompletableFuture.runAsync(
            () -> {
              while (isStoring.get()) {
                try {
                  assertThat(store.load("v1").network().params())
                      .isIn(network.params(), other.params());
                  loads.incrementAndGet();
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              }
            });
    for (int i = 0; loads.get() < 20 && !reader.isDone(); i++) {
      int before = loads.get();
      store.save(i % 2 == 0 ? other : network, manifest("v1"));
      while (loads.get() < before + 2 && !reader.isDone()) {
        Thread.onSpinWait();
      }
    }
    isStoring.set(false);
    reader.get();
  }

  @Test
  void theFilesOfTheModelBeforeStayForReadersThatHaveJustBegun() throws IOException {
    Path before = zip();
    MultiLayerNetwork other = StockNetwork.create(new NetworkShape(5, 3, 3, 1, false), 2);
    store.save(other, manifest("v1"));
    assertThat(before).exists();

    MultiLayerNetwork third = StockNetwork.create(new NetworkShape(5, 3, 3, 1, false), 3);
    store.save(third, manifest("v1"));
    assertThat(before).doesNotExist();
  }

  @Test
  void filesOfKilledRunsAreSweptWhenTheVersionIsStoredAgain() throws IOException {
    Path unfinished = Files.createDirectories(version().resolve("0123456789abcdef"));
    store.save(network, manifest("v1"));

    assertThat(unfinished).doesNotExist();
    assertThat(store.load("v1").network().params()).isEqualTo(network.params());
  }

  @Test
  void aMissingVersionSaysWhichJobMakesIt() {
    assertThatThrownBy(() -> store.load("v9"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("version=v9")
        .hasMessageContaining("train");
  }

  @Test
  void aChangedFileIsRefused() throws IOException {
    Path zip = zip();
    Files.write(zip, new byte[] {1, 2, 3});
    Files.deleteIfExists(zip.resolveSibling(".model.zip.crc"));

    assertThatThrownBy(() -> store.load("v1"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("not the one that was stored");
  }

  @Test
  void anEntryThatCouldRunCodeIsRefusedEvenUnderAMatchingChecksum() throws Exception {
    String stored = store.load("v1").manifest().sha256();
    Path zip = zip();
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.putNextEntry(new ZipEntry("preprocessor.bin"));
    }
    String sha256 =
        HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(zip)));
    Files.createDirectory(version().resolve(sha256.substring(0, 16)));
    Files.move(zip, version().resolve(sha256.substring(0, 16)).resolve("model.zip"));
    Path manifest = version().resolve("manifest.json");
    Files.writeString(manifest, Files.readString(manifest).replace(stored, sha256));
    Files.deleteIfExists(manifest.resolveSibling(".manifest.json.crc"));

    assertThatThrownBy(() -> store.load("v1"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("preprocessor.bin");
  }

  private Path zip() throws IOException {
    String content = store.load("v1").manifest().sha256().substring(0, 16);
    return version().resolve(content).resolve("model.zip");
  }

  private Path version() {
    return directory.resolve("models/version=v1");
  }

  private static ModelManifest manifest(String version) {
    return new ModelManifest(
        version,
        version,
        "abc",
        "settings",
        "",
        "2026-01-01T00:00:00Z",
        "",
        new TrainingCurve(List.of(new TrainingCurve.Epoch(1, 2.5, null, 10, 0, 0.1, 0))),
        null);
  }
}
