package io.nightjar.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightjar.LocalSpark;
import io.nightjar.clicks.InputException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Publishing to a real HDFS: a name node and a data node in this process. */
class HdfsPublishingIT {
  private static final int REPLACEMENTS = 4;

  @TempDir private static Path directory;
  private static MiniDFSCluster hdfs;
  private static Warehouse warehouse;

  @BeforeAll
  static void start() throws IOException {
    Configuration configuration = new Configuration();
    configuration.set(
        MiniDFSCluster.HDFS_MINIDFS_BASEDIR, new File(directory.toFile(), "dfs").getPath());
    hdfs = new MiniDFSCluster.Builder(configuration).numDataNodes(1).build();
    hdfs.waitActive();
    warehouse = Lists.warehouse(hdfs.getFileSystem().getUri() + "/warehouse");
  }

  @AfterAll
  static void stop() {
    hdfs.shutdown();
  }

  @Test
  void readersOfADateThatIsReplacedSeeOneVersionWhole() throws Exception {
    publish(60, "odd");
    publish(50, "even");
    String table = warehouse.table(Lists.TABLE).toString();
    try (WatchingReader spark = new WatchingReader(() -> TablePublisherTest.lookWithSpark(table))) {
      for (int i = 0; i < REPLACEMENTS; i++) {
        publish(i % 2 == 0 ? 60 : 50, i % 2 == 0 ? "odd" : "even");
        spark.awaitLooks(1);
      }
      spark.sawOnly(Set.of("[even] 200", "[odd] 240"));
    }
    assertThat(LocalSpark.session().read().parquet(table).inputFiles()).hasSize(1);
  }

  @Test
  void ofTwoRunsOnOneDateOneWins() throws Exception {
    Leases leases = new Leases(warehouse, Duration.ofMillis(600));
    try (Lease first = leases.acquire("table-dt=1", "run first")) {
      assertThatThrownBy(() -> leases.acquire("table-dt=1", "run second"))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("run first");
      first.check();
    }
    leases.acquire("table-dt=1", "run third").close();
    assertThat(leases.isTaken("table-dt=1")).isFalse();
  }

  private static void publish(int users, String model) throws IOException {
    Lists.publisher(warehouse).publish(Lists.of(users, model), Lists.TABLE, "dt", Lists.DATE);
  }
}
