package io.nightjar.sessions;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;

import io.nightjar.clicks.ClickRows;
import io.nightjar.clicks.PartitionTallies;
import io.nightjar.config.CleaningConfig;
import io.nightjar.config.SessionsConfig;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Cuts each user's clicks into sessions: one shuffle, one sort, one pass over the sorted rows.
 *
 * <p>A click of a session that the log names belongs to it; the others are cut where the pause is
 * strictly longer than {@code sessions.gap}. A named session is cut by a pause longer than {@code
 * sessions.id-gap}. Midnight cuts nothing. Clicks of the same time are in the order of the order
 * column, then event id, then content, so that chance decides nothing.
 *
 * <p>Spark's window functions would do the same, but they shuffle or sort once per window, copy
 * every row into a buffer, and hold all of a user's rows at once; here a user with ten million
 * clicks takes the memory of some 200,000 at most, and of {@code sessions.max-length} as a rule.
 */
public final class Sessionizer {
  private final SessionsConfig sessions;
  private final CleaningConfig cleaning;

  public Sessionizer(SessionsConfig sessions, CleaningConfig cleaning) {
    this.sessions = sessions;
    this.cleaning = cleaning;
  }

  /**
   * Cuts clicks into sessions.
   *
   * @param clicks rows of {@link ClickRows#SCHEMA} in any order
   * @param openFrom microseconds: clicks from then on may still arrive in a later night. {@link
   *     Long#MAX_VALUE}: none will, and every session is complete
   * @param tallies is told what became of every click
   * @return rows of {@link SessionRows#SCHEMA}; exact counts need them to be read once
   */
  public Dataset<Row> sessionize(
      SparkSession spark, JavaRDD<InternalRow> clicks, long openFrom, PartitionTallies tallies) {
    SessionsConfig rules = sessions;
    CleaningConfig cleaningRules = cleaning;
    JavaRDD<InternalRow> sorted =
        spark
            .internalCreateDataFrame(clicks.rdd(), ClickRows.SCHEMA, false)
            .repartition(col("user_id"))
            .sortWithinPartitions("sort_key", "user_id", "time", "click")
            .queryExecution()
            .toRdd()
            .toJavaRDD();
    JavaRDD<InternalRow> found =
        sorted.mapPartitions(
            rows -> new SortedClicks(rows, rules, cleaningRules, openFrom, tallies));
    return spark.internalCreateDataFrame(found.rdd(), SessionRows.SCHEMA, false);
  }

  /**
   * Parquet options for writing sessions. A dictionary pays where values come again: items and
   * events. Building one for values that are nearly all different takes a tenth of the pass and is
   * thrown away in the end.
   */
  public static Map<String, String> writeOptions() {
    return Stream.of("session_id", "start", "end", "times.list.element")
        .collect(
            Collectors.toMap(column -> "parquet.enable.dictionary#" + column, column -> "false"));
  }

  /** The sessions table: of what {@link #sessionize} gave, the sessions that are long enough. */
  public static Dataset<Row> table(Dataset<Row> sessionized) {
    return sessionized.filter("kept").drop("kept", "open_clicks");
  }

  /** The clicks that a later night starts with: {@code user_id, time, click}. */
  public static Dataset<Row> openClicks(Dataset<Row> sessionized) {
    return sessionized
        .filter("open_clicks is not null")
        .select(col("user_id"), explode(col("open_clicks")).as("open"))
        .select("user_id", "open.time", "open.click");
  }

  /** Open clicks of an earlier night, as rows of {@link ClickRows#SCHEMA}. */
  public static JavaRDD<InternalRow> carriedClicks(Dataset<Row> openClicks) {
    return openClicks
        .select("user_id", "time", "click")
        .queryExecution()
        .toRdd()
        .toJavaRDD()
        .map(row -> ClickRows.row(row.getUTF8String(0), row.getLong(1), row.getBinary(2)));
  }
}
