package io.nightjar.sessions;

import static org.apache.spark.sql.functions.array_sort;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.struct;

import io.nightjar.config.Scope;
import io.nightjar.config.SessionsConfig;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What is known of each user: one sequence of items, sessions one after the other. */
public final class UserSequences {
  private final SessionsConfig sessions;

  public UserSequences(SessionsConfig sessions) {
    this.sessions = sessions;
  }

  /**
   * Joins sessions into sequences and keeps the newest {@code sessions.max-length} events of each.
   *
   * @param table the sessions table
   * @return {@code user_id, items[], times[], session_starts[]}, oldest first; session starts are
   *     positions in {@code items}, ascending, the first one 0. With session scope every session is
   *     a sequence and {@code user_id} holds its session id.
   */
  public Dataset<Row> join(Dataset<Row> table) {
    Dataset<Row> owned =
        sessions.scope() == Scope.SESSION ? table.withColumn("user_id", col("session_id")) : table;
    return owned
        .groupBy("user_id")
        .agg(
            array_sort(
                    collect_list(
                        struct(col("start"), col("session_id"), col("items"), col("times"))))
                .as("sessions"))
        .select(
            col("user_id"),
            expr("flatten(sessions.items)").as("items"),
            expr("flatten(sessions.times)").as("times"),
            expr("aggregate(sessions, array(0), (starts, s) ->"
                    + " array_append(starts, starts[size(starts) - 1] + size(s.items)))")
                .as("bounds"))
        .withColumn("dropped", expr("greatest(0, size(items) - " + sessions.maxLength() + ")"))
        .select(
            col("user_id"),
            newest("items"),
            newest("times"),
            expr("array_distinct(transform(filter(bounds, (b, i) -> i + 1 < size(bounds) AND"
                    + " bounds[i + 1] > dropped), b -> greatest(0, b - dropped)))")
                .as("session_starts"));
  }

  private static Column newest(String column) {
    return expr("slice(" + column + ", dropped + 1, size(" + column + "))").as(column);
  }
}
