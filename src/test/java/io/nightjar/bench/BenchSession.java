package io.nightjar.bench;

import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Spark as benches run it, in this process. */
final class BenchSession {
  static final int CORES = 2;

  private BenchSession() {}

  static SparkSession create(String name) {
    return SparkSession.builder()
        .master("local[" + CORES + "]")
        .appName(name)
        .config("spark.ui.enabled", false)
        .config("spark.ui.showConsoleProgress", false)
        .config("spark.driver.host", "localhost")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", 8)
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
        .getOrCreate();
  }

  /** Spark without tables, with so many task slots. */
  static JavaSparkContext context(int slots) {
    return new JavaSparkContext(
        new SparkConf()
            .setMaster("local[" + slots + "]")
            .setAppName("nightjar-bench")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "localhost")
            .set("spark.driver.bindAddress", "127.0.0.1"));
  }
}
