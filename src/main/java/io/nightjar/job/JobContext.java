package io.nightjar.job;

import io.nightjar.config.NightjarConfig;
import io.nightjar.publish.Documents;
import io.nightjar.publish.TablePublisher;
import io.nightjar.publish.Warehouse;
import java.io.IOException;
import java.time.Clock;
import java.time.LocalDate;
import org.apache.spark.sql.SparkSession;

/**
 * What a job is given; jobs read nothing from the world but this.
 *
 * @param date the day (UTC) whose clicks the run is for; names the {@code dt} partitions
 * @param runId names the run: its manifest, its metrics, and the versions that it makes
 * @param force whether a new model is used even if it lost against the gate
 * @param clock for durations and progress, never for what goes into a table
 */
public record JobContext(
    SparkSession spark,
    NightjarConfig config,
    LocalDate date,
    String runId,
    boolean force,
    Clock clock,
    Warehouse warehouse,
    TablePublisher tables,
    Documents documents) {

  /** The context of a run on this session and warehouse. */
  public static JobContext create(
      SparkSession spark, NightjarConfig config, LocalDate date, String runId, Clock clock)
      throws IOException {
    Warehouse warehouse =
        new Warehouse(config.warehouse(), spark.sparkContext().hadoopConfiguration());
    return new JobContext(
        spark,
        config,
        date,
        runId,
        false,
        clock,
        warehouse,
        new TablePublisher(spark, warehouse, runId, config.publish()),
        new Documents(warehouse.fileSystem()));
  }

  /** The same run, but its model is used whatever the gate says. */
  public JobContext forced() {
    return new JobContext(spark, config, date, runId, true, clock, warehouse, tables, documents);
  }

  /** The {@code dt} of this run's partitions. */
  public String dt() {
    return date.toString();
  }
}
