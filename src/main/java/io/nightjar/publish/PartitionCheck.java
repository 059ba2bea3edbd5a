package io.nightjar.publish;

import io.nightjar.clicks.InputException;
import io.nightjar.config.PublishConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Decides whether a finished partition may become visible: holds it against the table's contract,
 * and its size against the partition before it.
 */
final class PartitionCheck {
  private final SparkSession spark;
  private final Warehouse warehouse;
  private final PublishConfig publish;
  private final CatalogTables catalog;
  private final DataFile dataFile;

  PartitionCheck(
      SparkSession spark,
      Warehouse warehouse,
      PublishConfig publish,
      CatalogTables catalog,
      DataFile dataFile) {
    this.spark = spark;
    this.warehouse = warehouse;
    this.publish = publish;
    this.catalog = catalog;
    this.dataFile = dataFile;
  }

  /**
   * Checks a finished file.
   *
   * @param finished where no reader looks yet
   * @param known values that columns must be among, by column; each a table that has that column
   * @throws InputException if it may not become visible, with every reason
   */
  void admit(Path finished, String table, String key, String value, Map<String, Dataset<Row>> known)
      throws IOException {
    Optional<Contract> contract = Contract.of(table);
    if (contract.isEmpty()) {
      return;
    }
    List<String> violations =
        new ArrayList<>(
            new ContractCheck(asOfReplaced(contract.get(), finished, table, key, value))
                .violations(spark.read().parquet(finished.toString()), known));
    if (contract.get().steady()) {
      rowCountViolation(finished, table, key, value).ifPresent(violations::add);
    }
    if (!violations.isEmpty()) {
      throw new InputException(
          table
              + " "
              + key
              + "="
              + value
              + " was not published, what was visible stays: "
              + String.join("; ", violations)
              + ".");
    }
  }

  /**
   * The contract without columns that neither the rows have nor the partition that they replace:
   * one that was written before those columns came into the contract, and from which rows are only
   * taken away (`forget-users`).
   */
  private Contract asOfReplaced(
      Contract contract, Path finished, String table, String key, String value) throws IOException {
    Path replaced = new Path(warehouse.partition(table, key, value), DataFile.NAME);
    if (catalog.holds(table) || !warehouse.fileSystem().exists(replaced)) {
      return contract;
    }
    Set<String> columns = new TreeSet<>(dataFile.columns(replaced));
    columns.addAll(dataFile.columns(finished));
    return contract.only(columns);
  }

  /** Compares with the newest partition before this one. */
  private Optional<String> rowCountViolation(Path finished, String table, String key, String value)
      throws IOException {
    Optional<String> previous =
        warehouse.partitions(table, key).stream()
            .filter(other -> other.compareTo(value) < 0)
            .reduce((older, newer) -> newer);
    if (previous.isEmpty()) {
      return Optional.empty();
    }
    long before =
        dataFile.rows(new Path(warehouse.partition(table, key, previous.get()), DataFile.NAME));
    long now = dataFile.rows(finished);
    boolean steady =
        now >= before * publish.leastRowRatio() && now <= before * publish.mostRowRatio();
    return steady
        ? Optional.empty()
        : Optional.of(
            String.format(
                "it has %,d rows, %s=%s has %,d; expected %s to %s times as many (set"
                    + " nightjar.publish.row-count to let it pass)",
                now, key, previous.get(), before, publish.leastRowRatio(), publish.mostRowRatio()));
  }
}
