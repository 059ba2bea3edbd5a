package io.nightjar.config;

import java.time.Duration;
import java.util.List;

/**
 * How tables become visible.
 *
 * @param rowGroupRows rows of a Parquet row group, which one task of a reader reads
 * @param leastRowRatio the fewest rows of a date, as a multiple of the date before
 * @param mostRowRatio the most rows of a date, as a multiple of the date before
 * @param leasePatience how long a run may give no sign of life before another takes over
 * @param retentionDays dates older than this many days are removed; 0: none
 * @param catalog the catalog and database of {@code catalogTables}, or an empty text
 * @param catalogTables the tables that live in the catalog
 */
public record PublishConfig(
    long rowGroupRows,
    double leastRowRatio,
    double mostRowRatio,
    Duration leasePatience,
    int retentionDays,
    String catalog,
    List<String> catalogTables) {

  static PublishConfig from(Section section) {
    Section rowCount = section.section("row-count");
    String catalog = section.text("catalog");
    List<String> catalogTables = section.texts("catalog-tables");
    if (catalog.isEmpty() && !catalogTables.isEmpty()) {
      throw section.wrong(
          "catalog", "''", "a catalog and database for " + catalogTables + ", like lake.nightjar");
    }
    return new PublishConfig(
        section.count("row-group-rows", 1, Integer.MAX_VALUE),
        rowCount.number("least", 0, 1),
        rowCount.number("most", 1, Double.MAX_VALUE),
        section.duration("lease-patience"),
        section.count("retention-days", 0, 100_000),
        catalog,
        catalogTables);
  }
}
