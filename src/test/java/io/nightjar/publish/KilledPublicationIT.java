package io.nightjar.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.LocalSpark;
import io.nightjar.network.NetworkShape;
import io.nightjar.network.StockNetwork;
import io.nightjar.training.ModelManifest;
import io.nightjar.training.ModelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A publication that is killed at each of its file-system calls in turn. */
class KilledPublicationIT {
  private static final int MOST_CALLS = 2000;
  private static final int LEAST_CALLS = 20;
  private static final String TABLE = "lists";

  @TempDir private Path directory;
  private Warehouse warehouse;

  @BeforeEach
  void open() throws IOException {
    Configuration hadoop = LocalSpark.session().sparkContext().hadoopConfiguration();
    hadoop.set("fs.failing.impl", FailingFileSystem.class.getName());
    warehouse = new Warehouse("failing://" + directory, hadoop);
  }

  @AfterEach
  void revive() {
    FailingFileSystem.revive();
  }

  @Test
  void readersSeeTheOldOrTheNewAndTheNextRunHeals() throws IOException {
    publish("old");
    boolean killed = true;
    int calls = 0;
    int survivors = 0;
    for (; killed && calls < MOST_CALLS; calls++) {
      FailingFileSystem.dieAfter(calls);
      boolean succeeded = attempt("new" + calls);
      killed = FailingFileSystem.revive();
      String seen = look();
      assertThat(seen).isIn("[old] 12", "[new" + calls + "] 12");
      survivors += succeeded ? 1 : 0;

      // The re-run finds the way free, and leaves nothing behind.
      publish("old");
      assertThat(look()).isEqualTo("[old] 12");
      assertNothingIsLeftOver();
    }
    assertThat(killed).as("the last publication ran to its end").isFalse();
    assertThat(survivors).isPositive();
    assertThat(calls).isGreaterThan(LEAST_CALLS);
  }

  @Test
  void readersLoadTheOldModelOrTheNewAndTheNextTrainingHeals() throws IOException {
    MultiLayerNetwork old = StockNetwork.create(new NetworkShape(5, 3, 3, 1, false), 1);
    MultiLayerNetwork next = StockNetwork.create(new NetworkShape(5, 3, 3, 1, false), 2);
    store(old);
    boolean killed = true;
    int calls = 0;
    int survivors = 0;
    for (; killed && calls < MOST_CALLS; calls++) {
      FailingFileSystem.dieAfter(calls);
      try {
        store(next);
        survivors++;
      } catch (Exception e) {
        assertThat(e).hasStackTraceContaining("killed here");
      }
      killed = FailingFileSystem.revive();
      assertThat(models().load("v1").network().params()).isIn(old.params(), next.params());

      store(old);
      assertThat(models().load("v1").network().params()).isEqualTo(old.params());
    }
    assertThat(killed).as("the last training stored its model").isFalse();
    assertThat(survivors).isPositive();
    assertThat(calls).isGreaterThan(LEAST_CALLS / 2);
    // The model, and the one before it.
    store(old);
    try (Stream<Path> files = Files.list(directory.resolve("models/version=v1"))) {
      assertThat(files.filter(Files::isDirectory).count()).isLessThanOrEqualTo(2);
    }
  }

  private void store(MultiLayerNetwork network) throws IOException {
    ObjectNode manifest = new ObjectMapper().createObjectNode().put("version", "v1");
    manifest.putObject("curve").putArray("epochs");
    models().save(network, ModelManifest.fromJson(manifest));
  }

  private ModelStore models() {
    return new ModelStore(
        warehouse, Lists.publisher(warehouse), new Documents(warehouse.fileSystem()), "run");
  }

  private boolean attempt(String model) {
    try {
      publish(model);
      return true;
    } catch (Exception e) {
      return false;
    }
  }

  private void publish(String model) throws IOException {
    Lists.publisher(warehouse).publish(Lists.of(3, model).coalesce(1), TABLE, "dt", Lists.DATE);
  }

  private String look() {
    return TablePublisherTest.lookWithSpark(directory.resolve(TABLE).toString());
  }

  private void assertNothingIsLeftOver() throws IOException {
    for (String place : List.of("_staging/_tables", "_leases/" + TABLE + "-dt=" + Lists.DATE)) {
      try (Stream<Path> left = Files.list(directory.resolve(place))) {
        assertThat(left).isEmpty();
      }
    }
  }
}
