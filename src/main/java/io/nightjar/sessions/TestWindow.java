package io.nightjar.sessions;

import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.min;

import io.nightjar.clicks.InputException;
import io.nightjar.config.SplitConfig;
import io.nightjar.config.SplitStrategy;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Whole UTC days that models are judged on. They learn from what came before, and see nothing that
 * came after.
 *
 * @param from midnight at which it begins
 * @param until midnight at which it has ended
 */
public record TestWindow(Instant from, Instant until) {

  /**
   * The windows at the end of a log, one right before the other.
   *
   * @param sequences {@code times[]} per sequence
   * @return oldest first; one alone but for {@code split.strategy = sliding}
   * @throws InputException if the log is too short for so many
   */
  public static List<TestWindow> of(Dataset<Row> sequences, SplitConfig split) {
    boolean slides = split.strategy() == SplitStrategy.SLIDING;
    int count = slides ? split.windows() : 1;
    Duration length = Duration.ofDays(split.testDays());
    Instant end = SequenceSplit.endOfLastDay(sequences).toInstant();
    List<TestWindow> windows =
        IntStream.iterate(count - 1, back -> back >= 0, back -> back - 1)
            .mapToObj(back -> end.minus(length.multipliedBy(back)))
            .map(until -> new TestWindow(until.minus(length), until))
            .toList();
    if (slides) {
      checkSomethingIsLeft(sequences, split, windows.get(0).from().minus(split.validation()));
    }
    return windows;
  }

  private static void checkSomethingIsLeft(
      Dataset<Row> sequences, SplitConfig split, Instant trainedUntil) {
    Row oldest = sequences.select(min(expr("array_min(times)"))).first();
    if (oldest.isNullAt(0) || oldest.getTimestamp(0).toInstant().isBefore(trainedUntil)) {
      return;
    }
    throw new InputException(
        ("nightjar.split.windows = %d windows of split.test-days = %d, with %d hours of validation"
                + " before the oldest, reach back to %s, but the sequences begin at %s: nothing is"
                + " left to train on. Set fewer windows or days, or give a longer log.")
            .formatted(
                split.windows(),
                split.testDays(),
                split.validation().toHours(),
                trainedUntil,
                oldest.getTimestamp(0).toInstant()));
  }

  /** The days as text: {@code 2026-03-14}, or {@code 2026-03-13 to 2026-03-14}. */
  public String days() {
    LocalDate first = LocalDate.ofInstant(from, ZoneOffset.UTC);
    LocalDate last = LocalDate.ofInstant(until, ZoneOffset.UTC).minusDays(1);
    return first.equals(last) ? first.toString() : first + " to " + last;
  }
}
