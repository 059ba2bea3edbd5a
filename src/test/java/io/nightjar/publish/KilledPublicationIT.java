package io.nightjar.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightjar.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
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
