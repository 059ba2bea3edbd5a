package io.nightjar.publish;

import io.nightjar.clicks.InputException;
import java.io.IOException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Publishes partitions of Parquet tables: a run writes to its staging directory, then moves the
 * finished directory to where readers look.
 */
public final class TablePublisher {
  private final SparkSession spark;
  private final Warehouse warehouse;
  private final String runId;
  private final int files;

  /**
   * @param files Parquet files per partition
   */
  public TablePublisher(SparkSession spark, Warehouse warehouse, String runId, int files) {
    this.spark = spark;
    this.warehouse = warehouse;
    this.runId = runId;
    this.files = files;
  }

  /** Replaces one partition of a table with these rows. Returns where they are. */
  public Path publish(Dataset<Row> rows, String table, String key, String value)
      throws IOException {
    Path staged = warehouse.staging(runId, table);
    rows.coalesce(files).write().mode("overwrite").parquet(staged.toString());
    Path target = warehouse.partition(table, key, value);
    replace(staged, target);
    return target;
  }

  /** Moves a finished directory to its place; what was there goes. */
  public void replace(Path staged, Path target) throws IOException {
    FileSystem fileSystem = warehouse.fileSystem();
    fileSystem.mkdirs(target.getParent());
    Path retired = warehouse.staging(runId, "retired-" + target.getName());
    if (fileSystem.exists(target)) {
      fileSystem.delete(retired, true);
      rename(target, retired);
    }
    rename(staged, target);
    fileSystem.delete(retired, true);
  }

  private void rename(Path from, Path to) throws IOException {
    warehouse.fileSystem().mkdirs(to.getParent());
    if (!warehouse.fileSystem().rename(from, to)) {
      throw new IOException("Cannot move " + from + " to " + to + ".");
    }
  }

  /**
   * Reads one partition of a table.
   *
   * @param job the job that makes it, for the message
   * @throws InputException if the table has no such partition
   */
  public Dataset<Row> read(String table, String key, String value, String job) throws IOException {
    Path partition = warehouse.partition(table, key, value);
    if (!warehouse.fileSystem().exists(partition)) {
      throw new InputException(
          "There is no "
              + partition
              + "; run `"
              + job
              + "` for it first (the table has "
              + warehouse.partitions(table, key)
              + ").");
    }
    return spark.read().parquet(partition.toString());
  }
}
