package io.nightjar.publish;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.nightjar.clicks.InputException;
import io.nightjar.config.PublishConfig;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;

/**
 * Tables that live in a Spark catalog (Iceberg, Delta, ...) instead of the warehouse's directories.
 * The catalog's own commit makes a partition visible in one step, on any file system.
 */
final class CatalogTables {
  private final SparkSession spark;
  private final PublishConfig publish;

  CatalogTables(SparkSession spark, PublishConfig publish) {
    this.spark = spark;
    this.publish = publish;
  }

  /** Whether a table lives in the catalog. */
  boolean holds(String table) {
    return !publish.catalog().isEmpty() && publish.catalogTables().contains(table);
  }

  /** The table's name in the catalog, like {@code lake.nightjar.recommendations}. */
  String identifier(String table) {
    return publish.catalog() + "." + table;
  }

  /** Replaces one partition in one commit; the first one creates the table. */
  void replace(Dataset<Row> rows, String table, String key, String value) {
    Column partition = partition(key, value);
    Dataset<Row> complete = rows.withColumn(key, partition);
    String identifier = identifier(table);
    try {
      if (spark.catalog().tableExists(identifier)) {
        complete.writeTo(identifier).overwrite(col(key).equalTo(partition));
      } else {
        complete.writeTo(identifier).partitionedBy(col(key)).create();
      }
    } catch (NoSuchTableException
        | org.apache.spark.sql.catalyst.analysis.TableAlreadyExistsException e) {
      throw new InputException(
          identifier + " was dropped or made by somebody else meanwhile; run again.", e);
    }
  }

  /** The table's partitions as {@code key=value}, ascending; none if there is no such table. */
  List<String> partitions(String table) {
    String identifier = identifier(table);
    if (!spark.catalog().tableExists(identifier)) {
      return List.of();
    }
    // The column that replace() added last.
    String[] columns = spark.table(identifier).columns();
    String key = columns[columns.length - 1];
    return spark
        .table(identifier)
        .select(col(key).cast("string"))
        .distinct()
        .as(Encoders.STRING())
        .collectAsList()
        .stream()
        .map(value -> key + "=" + value)
        .sorted()
        .toList();
  }

  /** The rows of one partition, without the partition's column. */
  Dataset<Row> read(String table, String key, String value) {
    return spark.table(identifier(table)).filter(col(key).equalTo(partition(key, value))).drop(key);
  }

  /** The values of a table's partitions, ascending; empty if there is no such table. */
  List<String> partitions(String table, String key) {
    return spark.catalog().tableExists(identifier(table))
        ? spark
            .table(identifier(table))
            .select(col(key).cast("string"))
            .distinct()
            .orderBy(key)
            .as(Encoders.STRING())
            .collectAsList()
        : List.of();
  }

  /** As partition discovery on directories types it: {@code dt} is a date. */
  private static Column partition(String key, String value) {
    return key.equals("dt") ? lit(value).cast("date") : lit(value);
  }
}
