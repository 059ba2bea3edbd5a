package io.nightjar.publish;

import io.nightjar.clicks.InputException;
import io.nightjar.config.PublishConfig;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.storage.StorageLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes partitions of tables. A run writes where no reader looks, holds what it wrote against
 * the table's contract, and makes it visible in one step: a reader sees the old partition or the
 * new one, never a part, a mixture or nothing.
 *
 * <p>A partition of a table of files is one Parquet file, moved over the one before; see {@link
 * AtomicFiles} for the file systems that do this in one step. A table in a catalog is published by
 * one commit of the catalog, see {@link CatalogTables}.
 */
public final class TablePublisher {
  private static final Logger LOG = LoggerFactory.getLogger(TablePublisher.class);
  private static final String COMPRESSION = "zstd";

  private final SparkSession spark;
  private final Warehouse warehouse;
  private final String runId;
  private final PublishConfig publish;
  private final AtomicFiles files;
  private final FileSystem fileSystem;
  private final DataFile dataFile;
  private final Leases leases;
  private final CatalogTables catalog;
  private final PartitionCheck partitionCheck;
  private final Retention retention;

  public TablePublisher(
      SparkSession spark, Warehouse warehouse, String runId, PublishConfig publish) {
    this.spark = spark;
    this.warehouse = warehouse;
    this.runId = runId;
    this.publish = publish;
    this.files = AtomicFiles.on(warehouse.fileSystem());
    this.fileSystem = warehouse.fileSystem();
    this.dataFile = new DataFile(files.fileSystem(), spark.sparkContext().hadoopConfiguration());
    this.leases = new Leases(warehouse, publish.leasePatience());
    this.catalog = new CatalogTables(spark, publish);
    this.partitionCheck = new PartitionCheck(spark, warehouse, publish, catalog, dataFile);
    this.retention = new Retention(warehouse, publish.retentionDays());
  }

  /** Replaces one partition of a table with these rows. Returns where they are. */
  public Path publish(Dataset<Row> rows, String table, String key, String value)
      throws IOException {
    return publish(rows, table, key, value, Map.of());
  }

  /**
   * Replaces one partition of a table with these rows.
   *
   * @param known values that columns must be among, by column; each a table that has that column
   * @return where the rows are
   * @throws InputException if the rows break the table's contract or another run is at it; the
   *     partition stays as it was
   */
  public Path publish(
      Dataset<Row> rows, String table, String key, String value, Map<String, Dataset<Row>> known)
      throws IOException {
    Path partition = warehouse.partition(table, key, value);
    Path target = new Path(partition, DataFile.NAME);
    String name = table + "-" + key + "=" + value;
    Path staged = new Path(warehouse.unpublished(), name);
    try (Lease lease = leases.acquire(name, "run " + runId);
        Staging staging = Staging.clean(fileSystem, staged)) {
      // Write where no reader looks.
      Path parts = staging.path("parts");
      Path finished = staging.path(DataFile.NAME);
      write(rows, table, parts);
      dataFile.join(parts, target, finished);

      // Hold it against the contract.
      partitionCheck.admit(finished, table, key, value, known);

      // Make it visible.
      lease.check();
      if (catalog.holds(table)) {
        catalog.replace(spark.read().parquet(finished.toString()), table, key, value);
      } else {
        show(finished, partition, target);
        retention.apply(table, key, value);
      }
    }
    sweep();
    return catalog.holds(table) ? new Path(catalog.identifier(table)) : partition;
  }

  /**
   * Moves a finished directory of files that are no table to a place that is named by its content:
   * what is there already is the same.
   */
  public void place(Path staged, Path target) throws IOException {
    if (fileSystem.exists(target)) {
      fileSystem.delete(staged, true);
    } else {
      rename(staged, target);
    }
  }

  /** The partitions of a table as {@code key=value}, ascending; empty if there is no such table. */
  public List<String> partitions(String table) throws IOException {
    return catalog.holds(table) ? catalog.partitions(table) : warehouse.partitions(table);
  }

  /**
   * Reads one partition of a table.
   *
   * @param job the job that makes it, for the message
   * @throws InputException if the table has no such partition
   */
  public Dataset<Row> read(String table, String key, String value, String job) throws IOException {
    if (catalog.holds(table)) {
      return catalog.read(table, key, value);
    }
    Path partition = warehouse.partition(table, key, value);
    if (!warehouse.holdsData(partition)) {
      throw new InputException(
          "There is no "
              + partition
              + "; run `"
              + job
              + "` for it first (the table has "
              + warehouse.partitions(table, key)
              + ").");
    }
    // One file of one row group is one task's work; its rows are spread for what comes next.
    Dataset<Row> rows = spark.read().parquet(partition.toString());
    int slots = spark.sparkContext().defaultParallelism();
    return rows.javaRDD().getNumPartitions() < slots ? rows.repartition(slots) : rows;
  }

  /**
   * The values of a table's partitions, ascending; empty if there is no such table.
   *
   * @param key the column that its partitions are named by
   */
  public List<String> partitions(String table, String key) throws IOException {
    return catalog.holds(table) ? catalog.partitions(table, key) : warehouse.partitions(table, key);
  }

  /** Rows in order of their key, in as many files as row groups are wanted. */
  private void write(Dataset<Row> rows, String table, Path parts) {
    Column[] key =
        Contract.of(table).stream()
            .flatMap(contract -> contract.key().stream())
            .map(functions::col)
            .toArray(Column[]::new);
    Dataset<Row> computed = rows.persist(StorageLevel.MEMORY_AND_DISK());
    try {
      int rowGroups = 1 + (int) ((computed.count() - 1) / publish.rowGroupRows());
      Dataset<Row> divided =
          rowGroups == 1 || key.length == 0
              ? computed.repartition(rowGroups)
              : computed.repartitionByRange(rowGroups, key);
      (key.length == 0 ? divided : divided.sortWithinPartitions(key))
          .write()
          .mode("overwrite")
          .option("compression", COMPRESSION)
          .parquet(parts.toString());
    } finally {
      computed.unpersist();
    }
  }

  private void show(Path finished, Path partition, Path target) throws IOException {
    fileSystem.mkdirs(partition);
    for (FileStatus file : fileSystem.listStatus(partition)) {
      if (Warehouse.isVisible(file.getPath()) && !file.getPath().equals(target)) {
        throw new InputException(
            partition
                + " holds "
                + file.getPath().getName()
                + ", which Nightjar did not write; move it away, since readers would see both.");
      }
    }
    files.replace(finished, target);
  }

  /** Removes what killed runs left behind. What another run is at is that run's own to sweep. */
  private void sweep() throws IOException {
    for (FileStatus leftover : leftovers()) {
      String name = leftover.getPath().getName();
      if (!leases.isTaken(name)) {
        try (Lease lease = leases.acquire(name, "run " + runId + ", sweeping")) {
          lease.check();
          fileSystem.delete(leftover.getPath(), true);
        } catch (InputException e) {
          LOG.info("{} is left to the run that took it just now", leftover.getPath());
        }
      }
    }
  }

  private List<FileStatus> leftovers() throws IOException {
    return fileSystem.exists(warehouse.unpublished())
        ? Arrays.asList(fileSystem.listStatus(warehouse.unpublished()))
        : List.of();
  }

  /** A directory that no reader looks into, empty at first and gone in the end. */
  private record Staging(FileSystem fileSystem, Path directory) implements AutoCloseable {
    static Staging clean(FileSystem fileSystem, Path directory) throws IOException {
      fileSystem.delete(directory, true);
      return new Staging(fileSystem, directory);
    }

    Path path(String name) {
      return new Path(directory, name);
    }

    @Override
    public void close() throws IOException {
      fileSystem.delete(directory, true);
    }
  }

  private void rename(Path from, Path to) throws IOException {
    fileSystem.mkdirs(to.getParent());
    if (!fileSystem.rename(from, to)) {
      throw new IOException("Cannot move " + from + " to " + to + ".");
    }
  }
}
