package io.nightjar.sessions;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import io.nightjar.config.Scope;
import io.nightjar.config.SessionsConfig;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What is known of each user: one sequence of items, sessions one after the other. Columns: {@code
 * user_id, items[], times[], weights[]}, oldest first (weights null where every event weighs 1);
 * {@code session_starts[]}: positions in items, ascending, the first one 0; {@code sessions[]}: for
 * each of them its {@code session_id}, {@code start} and whether it is {@code complete}. With
 * session scope every session is a sequence and {@code user_id} holds its session id.
 */
public final class UserSequences {
  private static final StructType SCHEMA =
      new StructType()
          .add("user_id", DataTypes.StringType)
          .add("items", DataTypes.createArrayType(DataTypes.StringType, false))
          .add("times", DataTypes.createArrayType(DataTypes.TimestampType, false))
          .add("weights", DataTypes.createArrayType(DataTypes.FloatType, false))
          .add("session_starts", DataTypes.createArrayType(DataTypes.IntegerType, false))
          .add(
              "sessions",
              DataTypes.createArrayType(
                  new StructType()
                      .add("session_id", DataTypes.StringType)
                      .add("start", DataTypes.TimestampType)
                      .add("complete", DataTypes.BooleanType),
                  false))
          .add("events", DataTypes.createArrayType(DataTypes.StringType, true));

  private final SparkSession spark;
  private final SessionsConfig sessions;

  public UserSequences(SparkSession spark, SessionsConfig sessions) {
    this.spark = spark;
    this.sessions = sessions;
  }

  /**
   * Joins sessions into sequences and keeps the newest {@code sessions.max-length} events of each.
   *
   * @param table the sessions table
   */
  public Dataset<Row> join(Dataset<Row> table) {
    return joinSorted(ownedSessions(table));
  }

  /**
   * Goes on with the sequences of an earlier night. What was complete then stays; what was open is
   * in tonight's sessions again.
   *
   * @param table the sessions table of tonight
   * @param earlier the sequences table of the earlier night
   */
  public Dataset<Row> goOn(Dataset<Row> table, Dataset<Row> earlier) {
    return joinSorted(completeSessions(earlier).unionByName(ownedSessions(table)));
  }

  private Dataset<Row> ownedSessions(Dataset<Row> table) {
    Column owner = sessions.scope() == Scope.SESSION ? col("session_id") : col("user_id");
    return table.select(
        owner.as("user_id"),
        col("start"),
        col("session_id"),
        col("items"),
        col("times"),
        col("weights"),
        col("complete"),
        col("events"));
  }

  private static Dataset<Row> completeSessions(Dataset<Row> sequences) {
    Column numbered =
        expr(
            "transform(sequence(1, size(session_starts)), n -> named_struct("
                + "'of', sessions[n - 1],"
                + " 'from', session_starts[n - 1],"
                + " 'until', IF(n < size(session_starts), session_starts[n], size(items))))");
    return sequences
        .select(
            col("user_id"),
            col("items"),
            col("times"),
            col("weights"),
            events(sequences),
            explode(numbered).as("s"))
        .filter("s.of.complete")
        .select(
            col("user_id"),
            col("s.of.start"),
            col("s.of.session_id"),
            part("items"),
            part("times"),
            part("weights"),
            col("s.of.complete"),
            part("events"));
  }

  /** Sequences from before types were kept have none. */
  private static Column events(Dataset<Row> sequences) {
    return List.of(sequences.columns()).contains("events")
        ? col("events")
        : lit(null).cast("array<string>").as("events");
  }

  private static Column part(String column) {
    return expr("slice(" + column + ", s.from + 1, s.until - s.from)").as(column);
  }

  /**
   * One shuffle and one pass, newest session first, so that a user's old sessions are passed by.
   */
  private Dataset<Row> joinSorted(Dataset<Row> ownedSessions) {
    int maxLength = sessions.maxLength();
    return spark.internalCreateDataFrame(
        ownedSessions
            .repartition(col("user_id"))
            .sortWithinPartitions(col("user_id"), col("start").desc(), col("session_id").desc())
            .queryExecution()
            .toRdd()
            .toJavaRDD()
            .mapPartitions(rows -> new JoinedSessions(rows, maxLength))
            .rdd(),
        SCHEMA,
        false);
  }
}
