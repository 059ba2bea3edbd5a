package io.nightjar.sessions;

import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lag;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.when;

import io.nightjar.config.SessionsConfig;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * Cuts each user's clicks into sessions, in one shuffle. A click belongs to its log's session where
 * the log names one; otherwise a pause strictly longer than {@code sessions.gap} starts a new
 * session. Clicks of one user at the same time are ordered by item, then event type, so that the
 * order never depends on chance.
 */
public final class Sessionizer {
  /** A click that repeats another in user, session, time, item and event. */
  public static final String RULE_DUPLICATE = "duplicate";

  /** A click of a session with fewer than {@code sessions.min-length} clicks. */
  public static final String RULE_SHORT_SESSION = "short-session";

  private static final int MICROS_PER_MILLI = 1_000;

  private final SessionsConfig sessions;

  public Sessionizer(SessionsConfig sessions) {
    this.sessions = sessions;
  }

  /**
   * Gives every click its session.
   *
   * @param clicks {@code user_id, item_id, time, event, session}; where {@code user_id} is null the
   *     session stands for the user
   * @return a row per click: {@code user_id, session_id, item_id, time, event, rule}, where {@code
   *     rule} names what leaves the click out of its session, null for what stays
   */
  public Dataset<Row> assign(Dataset<Row> clicks) {
    Column owner = coalesce(col("user_id"), col("session"));
    Dataset<Row> owned = clicks.withColumn("user_id", owner).repartition(col("user_id"));

    WindowSpec byUser = Window.partitionBy("user_id");
    WindowSpec inOrder = byUser.orderBy("session", "time", "item_id", "event");
    Column repeats =
        lag("time", 1)
            .over(inOrder)
            .eqNullSafe(col("time"))
            .and(lag("item_id", 1).over(inOrder).eqNullSafe(col("item_id")))
            .and(lag("event", 1).over(inOrder).eqNullSafe(col("event")))
            .and(lag("session", 1).over(inOrder).eqNullSafe(col("session")));
    Column pause = unix_micros(col("time")).minus(unix_micros(lag("time", 1).over(inOrder)));
    Column starts =
        lag("time", 1)
            .over(inOrder)
            .isNull()
            .or(lag("session", 1).over(inOrder).eqNullSafe(col("session")).unary_$bang())
            .or(
                col("session")
                    .isNull()
                    .and(pause.gt(sessions.gap().toMillis() * MICROS_PER_MILLI)));
    Dataset<Row> cut =
        owned
            .withColumn("duplicate", repeats)
            .withColumn("starts", starts.cast("int"))
            .withColumn("ordinal", sum("starts").over(inOrder));

    WindowSpec bySession = Window.partitionBy("user_id", "ordinal");
    Column length = count(when(col("duplicate").unary_$bang(), lit(1))).over(bySession);
    Column start = expr("min(time)").over(bySession);
    Column generatedId = concat_ws("-", col("user_id"), unix_micros(start));
    return cut.select(
        col("user_id"),
        coalesce(col("session"), generatedId).as("session_id"),
        col("item_id"),
        col("time"),
        col("event"),
        when(col("duplicate"), RULE_DUPLICATE)
            .when(length.lt(sessions.minLength()), RULE_SHORT_SESSION)
            .as("rule"));
  }

  /**
   * Gathers the assigned clicks that no rule left out.
   *
   * @return {@code user_id, session_id, start, end, items[], times[], events[]}, oldest click first
   */
  public Dataset<Row> gather(Dataset<Row> assigned) {
    Column click = struct(col("time"), col("item_id"), col("event"));
    return assigned
        .filter(col("rule").isNull())
        .groupBy("user_id", "session_id")
        .agg(array_sort(collect_list(click)).as("clicks"))
        .select(
            col("user_id"),
            col("session_id"),
            expr("clicks[0].time").as("start"),
            expr("clicks[size(clicks) - 1].time").as("end"),
            col("clicks.item_id").as("items"),
            col("clicks.time").as("times"),
            col("clicks.event").as("events"));
  }
}
