package io.nightjar.sessions;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.date_trunc;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;

import io.nightjar.config.SplitConfig;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Divides sequences into what is trained on and what is held out. Every part has {@code user_id,
 * items[], times[], first_target}: the events from position {@code first_target} on are what the
 * part is for (predicted in the validation and test part), those before are what was known by then.
 * A part's sequences end where the next part begins, so nothing held out is ever seen in training.
 *
 * @param train prefixes of at least two events; {@code first_target} is 1
 * @param validation empty where {@code split.validation-days} and {@code -hours} are 0
 */
public record SequenceSplit(Dataset<Row> train, Dataset<Row> validation, Dataset<Row> test) {

  /**
   * Splits by the configured strategy, {@code sliding} at its newest window; {@code given} supplies
   * the test part where it is asked for.
   */
  public static SequenceSplit of(Dataset<Row> sequences, SplitConfig split, Dataset<Row> given) {
    return switch (split.strategy()) {
      case TIME, SLIDING -> {
        List<TestWindow> windows = TestWindow.of(sequences, split);
        yield of(sequences, windows.get(windows.size() - 1), split.validation());
      }
      case LEAVE_ONE_OUT -> leaveOneOut(sequences);
      case GIVEN -> given(sequences, split, given);
    };
  }

  /**
   * Splits around one test window, as if the log ended with it.
   *
   * @param validation how long before the window the validation part begins; zero for none
   */
  public static SequenceSplit of(Dataset<Row> sequences, TestWindow window, Duration validation) {
    Timestamp end = Timestamp.from(window.until());
    Timestamp test = Timestamp.from(window.from());
    Timestamp validated = before(test, validation);
    return new SequenceSplit(
        train(until(sequences, validated)),
        heldOut(until(sequences, test), validated),
        heldOut(until(sequences, end), test));
  }

  private static SequenceSplit leaveOneOut(Dataset<Row> sequences) {
    return new SequenceSplit(
        train(withoutLast(sequences, 2)),
        lastOnly(withoutLast(sequences, 1)),
        lastOnly(withoutLast(sequences, 0)));
  }

  private static SequenceSplit given(Dataset<Row> sequences, SplitConfig split, Dataset<Row> test) {
    Timestamp end = endOfLastDay(sequences);
    Timestamp validation = before(end, split.validation());
    return new SequenceSplit(
        train(until(sequences, validation)),
        heldOut(until(sequences, end), validation),
        train(test));
  }

  private static Dataset<Row> train(Dataset<Row> sequences) {
    return part(sequences, lit(1));
  }

  private static Dataset<Row> lastOnly(Dataset<Row> sequences) {
    return part(sequences, expr("greatest(1, size(items) - 1)"));
  }

  private static Dataset<Row> heldOut(Dataset<Row> sequences, Timestamp from) {
    Column before = expr("size(filter(times, t -> t < timestamp_micros(" + micros(from) + ")))");
    return part(sequences.withColumn("known", before), expr("greatest(1, known)"));
  }

  private static Dataset<Row> part(Dataset<Row> sequences, Column firstTarget) {
    return sequences
        .withColumn("first_target", firstTarget)
        .filter(expr("size(items) > first_target"))
        .select("user_id", "items", "times", "first_target");
  }

  private static Dataset<Row> until(Dataset<Row> sequences, Timestamp end) {
    Column kept = expr("size(filter(times, t -> t < timestamp_micros(" + micros(end) + ")))");
    return firstEvents(sequences.withColumn("kept", kept));
  }

  private static Dataset<Row> withoutLast(Dataset<Row> sequences, int left) {
    return firstEvents(
        sequences.withColumn("kept", expr("greatest(0, size(items) - " + left + ")")));
  }

  private static Dataset<Row> firstEvents(Dataset<Row> sequences) {
    return sequences
        .withColumn("items", expr("slice(items, 1, kept)"))
        .withColumn("times", expr("slice(times, 1, kept)"))
        .filter(col("kept").gt(0));
  }

  static Timestamp endOfLastDay(Dataset<Row> sequences) {
    Row newest =
        sequences.select(max(date_trunc("day", expr("array_max(times)"))).as("day")).first();
    Instant day = newest.isNullAt(0) ? Instant.EPOCH : newest.getTimestamp(0).toInstant();
    return Timestamp.from(day.plus(Duration.ofDays(1)));
  }

  private static Timestamp before(Timestamp end, Duration span) {
    return Timestamp.from(end.toInstant().minus(span));
  }

  private static long micros(Timestamp time) {
    return time.getTime() * 1_000;
  }
}
