package io.nightjar.sessions;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lag;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.struct;

import io.nightjar.config.Scope;
import io.nightjar.config.SessionsConfig;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What is known of each user: one sequence of items, sessions one after the other. Columns: {@code
 * user_id, items[], times[], weights[]}, oldest first (weights null where every event weighs 1);
 * {@code session_starts[]}: positions in items, ascending, the first one 0; {@code sessions[]}: for
 * each of them its {@code session_id}, {@code start} and whether it is {@code complete}. With
 * session scope every session is a sequence and {@code user_id} holds its session id; where several
 * sessions have one id (of two users, or of one after a long pause), all but the first have {@code
 * -start} in microseconds after it.
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
   * Makes sequences of sessions and keeps the newest {@code sessions.max-length} events of each.
   *
   * @param table the sessions table
   */
  public Dataset<Row> join(Dataset<Row> table) {
    return sequences(columns(table));
  }

  /**
   * Goes on with the sequences of an earlier night. What was complete then stays; what was open is
   * in tonight's sessions again.
   *
   * @param table the sessions table of tonight
   * @param earlier the sequences table of the earlier night
   */
  public Dataset<Row> goOn(Dataset<Row> table, Dataset<Row> earlier) {
    return sequences(completeSessions(earlier).unionByName(columns(table)));
  }

  private Dataset<Row> sequences(Dataset<Row> ofSessions) {
    return sessions.scope() == Scope.SESSION ? oneByOne(ofSessions) : joinSorted(ofSessions);
  }

  private static Dataset<Row> columns(Dataset<Row> table) {
    return table.select(
        "user_id", "start", "session_id", "items", "times", "weights", "complete", "events");
  }

  /** Every session is a sequence of its own. */
  private static Dataset<Row> oneByOne(Dataset<Row> ofSessions) {
    WindowSpec sameId =
        Window.partitionBy("session_id").orderBy(col("start"), col("items"), col("times"));
    return ofSessions
        .withColumn("number", row_number().over(sameId))
        .withColumn("same_start", lag("start", 1).over(sameId).eqNullSafe(col("start")))
        .select(
            expr("CASE WHEN number = 1 THEN session_id"
                    + " WHEN same_start THEN concat_ws('-', session_id, unix_micros(start), number)"
                    + " ELSE concat_ws('-', session_id, unix_micros(start)) END")
                .as("user_id"),
            col("items"),
            col("times"),
            col("weights"),
            array(lit(0)).as("session_starts"),
            array(struct(col("session_id"), col("start"), col("complete"))).as("sessions"),
            expr("IF(exists(events, e -> e IS NOT NULL), events, NULL)").as("events"));
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
  private Dataset<Row> joinSorted(Dataset<Row> ofSessions) {
    int maxLength = sessions.maxLength();
    return spark.internalCreateDataFrame(
        ofSessions
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
