package io.nightjar.recommend;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.trim;
import static org.apache.spark.sql.functions.when;

import io.nightjar.clicks.InputException;
import io.nightjar.config.LogFormat;
import io.nightjar.config.RankConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** The candidates that somebody else made, read and cleaned. */
public final class CandidateTable {
  private static final String REASON = "reason";

  private final Dataset<Row> judged;

  private CandidateTable(Dataset<Row> judged) {
    this.judged = judged;
  }

  /**
   * Reads the files that the configuration names.
   *
   * @throws InputException if there are none, they cannot be read, or a column is missing
   */
  public static CandidateTable read(SparkSession spark, RankConfig rank) {
    if (rank.paths().isEmpty()) {
      throw new InputException(
          "nightjar.rank.paths is empty; expected the table of candidates that `rank` scores.");
    }
    Dataset<Row> files = files(spark, rank);
    List<String> wanted = new ArrayList<>(List.of(rank.userColumn(), rank.itemColumn()));
    if (!rank.queryColumn().isEmpty()) {
      wanted.add(rank.queryColumn());
    }
    for (String column : wanted) {
      if (!Arrays.asList(files.columns()).contains(column)) {
        throw new InputException(
            "The candidates in "
                + rank.paths()
                + " have no column "
                + column
                + "; they have "
                + Arrays.toString(files.columns())
                + ". Set nightjar.rank.columns.");
      }
    }
    Column query =
        rank.queryColumn().isEmpty()
            ? lit("")
            : functions.coalesce(text(rank.queryColumn()), lit(""));
    Column user = text(rank.userColumn());
    Column item = text(rank.itemColumn());
    return new CandidateTable(
        files
            .select(user.as("user_id"), query.as("query"), item.as("item_id"))
            .withColumn(
                REASON,
                when(isMissing("user_id"), "missing-user")
                    .when(isMissing("item_id"), "missing-item")));
  }

  private static Dataset<Row> files(SparkSession spark, RankConfig rank) {
    DataFrameReader reader = spark.read();
    String[] paths = rank.paths().toArray(String[]::new);
    try {
      return switch (rank.format()) {
        case PARQUET -> reader.parquet(paths);
        case JSON -> reader.json(paths);
        default ->
            reader
                .option("header", true)
                .option("sep", rank.format() == LogFormat.TSV ? "\t" : ",")
                .csv(paths);
      };
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new InputException(
          "nightjar.rank.paths = " + rank.paths() + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static Column text(String column) {
    return trim(col("`" + column + "`").cast("string"));
  }

  private static Column isMissing(String column) {
    return col(column).isNull().or(col(column).equalTo(""));
  }

  /** Candidates that can be scored: {@code user_id, query, item_id}, none null, each once. */
  public Dataset<Row> candidates() {
    return judged.filter(col(REASON).isNull()).drop(REASON).distinct();
  }

  /** All rows of the files. */
  public long rows() {
    return judged.count();
  }

  /**
   * Rows that are no candidate by themselves, by reason: {@code missing-user}, {@code
   * missing-item}, {@code duplicate}.
   *
   * @param candidates how many {@link #candidates} are
   */
  public Map<String, Long> dropped(long candidates) {
    Map<String, Long> dropped = new LinkedHashMap<>();
    long usable = 0;
    for (Row count : judged.groupBy(REASON).count().orderBy(REASON).collectAsList()) {
      if (count.isNullAt(0)) {
        usable = count.getLong(1);
      } else {
        dropped.put(count.getString(0), count.getLong(1));
      }
    }
    if (usable > candidates) {
      dropped.put("duplicate", usable - candidates);
    }
    return dropped;
  }
}
