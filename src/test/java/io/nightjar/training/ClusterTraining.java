package io.nightjar.training;

import io.nightjar.network.StockNetwork;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;

/**
 * A driver whose executors are processes of their own: trains {@link Successors} as {@link
 * Successors#trained} does, and writes the model. Arguments: the model file to write, the round in
 * which an executor is killed (0: none), and the mini-batches between two averagings. Prints the
 * bytes that blocks hold in memory after the second round and after the last.
 */
final class ClusterTraining {
  private static final int MOST_LOOKS = 100;
  private static final long MILLIS_BETWEEN_LOOKS = 100;

  private ClusterTraining() {}

  public static void main(String[] arguments) throws Exception {
    SparkConf conf =
        new SparkConf()
            .setMaster("local-cluster[2,1,1024]")
            .setAppName("nightjar-cluster-training")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "localhost")
            .set("spark.driver.bindAddress", "127.0.0.1")
            .set("spark.executor.extraClassPath", directories())
            .set("spark.executor.extraJavaOptions", System.getProperty("executor.options"));
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      int killedIn = Integer.parseInt(arguments[1]);
      MultiLayerNetwork network = StockNetwork.create(Successors.TIED, 1);
      Watch watch = new Watch(spark.sc(), killedIn);
      SparseAveragingTrainingMaster master =
          new SparseAveragingTrainingMaster(
                  Successors.settings(2, Integer.parseInt(arguments[2]), 0.3, 1), true)
              .observedBy(watch);
      Successors.fit(spark, master, network, Successors.sequences(200), 3);
      ModelSerializer.writeModel(network, new File(arguments[0]), false);
      System.out.println(
          watch.bytesAfterSecondRound + " " + bytesAtRest(spark.sc(), watch.bytesAfterSecondRound));
    }
  }

  /** Spark's own classes come from SPARK_HOME; those under test do not. */
  private static String directories() {
    return String.join(
        File.pathSeparator,
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> Path.of(entry).toFile().isDirectory())
            .toList());
  }

  /**
   * What stays stored. Spark lets go of what nobody refers to any more in the background, once the
   * garbage collector has noticed.
   */
  private static long bytesAtRest(SparkContext spark, long enough) throws InterruptedException {
    long bytes = storedBytes(spark);
    for (int look = 0; look < MOST_LOOKS && bytes > enough; look++) {
      System.gc();
      Thread.sleep(MILLIS_BETWEEN_LOOKS);
      bytes = Math.min(bytes, storedBytes(spark));
    }
    return bytes;
  }

  private static long storedBytes(SparkContext spark) {
    long bytes = 0;
    var statuses = spark.env().blockManager().master().getMemoryStatus().valuesIterator();
    while (statuses.hasNext()) {
      var status = statuses.next();
      bytes += (Long) status._1() - (Long) status._2();
    }
    return bytes;
  }

  private static final class Watch implements TrainingObserver {
    private final SparkContext spark;
    private final int killedIn;
    private int rounds;
    private long bytesAfterSecondRound;

    Watch(SparkContext spark, int killedIn) {
      this.spark = spark;
      this.killedIn = killedIn;
    }

    @Override
    public void roundEnded(RoundReport report) {
      rounds++;
      if (rounds == 2) {
        bytesAfterSecondRound = storedBytes(spark);
      }
      if (rounds == killedIn) {
        spark.killAndReplaceExecutor(spark.getExecutorIds().head());
      }
    }
  }
}
