package io.nightjar.config;

import java.util.List;

/**
 * Candidates that the rank job scores.
 *
 * @param paths of the table of candidates; empty where the job is not used
 * @param format of its files: csv, tsv, json or parquet
 * @param userColumn what the column with the user is called there
 * @param queryColumn the column with the query, page or slot that the candidates are for; empty: a
 *     user has one list
 * @param itemColumn the column with the candidate
 */
public record RankConfig(
    List<String> paths,
    LogFormat format,
    String userColumn,
    String queryColumn,
    String itemColumn) {

  static RankConfig from(Section section) {
    LogFormat format = section.choice("format", LogFormat.class);
    if (format == LogFormat.ACCESS_LOG) {
      throw section.wrong("format", "access-log", "one of csv, tsv, json, parquet");
    }
    Section columns = section.section("columns");
    return new RankConfig(
        section.texts("paths"),
        format,
        columns.nonEmptyText("user"),
        columns.text("query"),
        columns.nonEmptyText("item"));
  }
}
