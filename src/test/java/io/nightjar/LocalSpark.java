package io.nightjar;

import org.apache.spark.sql.SparkSession;

/**
 * The one Spark session of the test JVM: two task slots, four attempts for a task as on a cluster,
 * no web interface, UTC.
 */
public final class LocalSpark {
  private static final SparkSession SESSION =
      SparkSession.builder()
          .master("local[2, 4]")
          .appName("nightjar-tests")
          .config("spark.ui.enabled", false)
          .config("spark.ui.showConsoleProgress", false)
          .config("spark.driver.host", "localhost")
          .config("spark.driver.bindAddress", "127.0.0.1")
          .config("spark.sql.shuffle.partitions", 4)
          .config("spark.sql.session.timeZone", "UTC")
          .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
          .config("spark.sql.legacy.timeParserPolicy", "CORRECTED")
          .config("spark.sql.warehouse.dir", "target/spark-warehouse")
          .getOrCreate();

  private LocalSpark() {}

  /** The session; never stopped by a test. */
  public static SparkSession session() {
    return SESSION;
  }
}
