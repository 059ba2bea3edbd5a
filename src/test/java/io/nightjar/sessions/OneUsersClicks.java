package io.nightjar.sessions;

import io.nightjar.clicks.Click;
import io.nightjar.clicks.ClickRows;
import io.nightjar.clicks.NightCounts;
import io.nightjar.clicks.PartitionTallies;
import io.nightjar.config.CleaningConfig;
import io.nightjar.config.Scope;
import io.nightjar.config.SessionsConfig;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * A program that cuts one user's millions of clicks, made up on the way, into sessions and joins
 * them; run by {@link SkewIT} in a heap that is too small to hold the clicks.
 */
final class OneUsersClicks {
  private static final UTF8String USER = UTF8String.fromString("bot");
  private static final long MICROS_BETWEEN = 10_000;
  private static final int MANY_SESSIONS = 10_000;

  private OneUsersClicks() {}

  /** Arguments: what the clicks are like, and how many. */
  public static void main(String[] arguments) {
    int clicks = Integer.parseInt(arguments[1]);
    long out =
        switch (arguments[0]) {
          case "one-session" -> cut(clicks, Long.MAX_VALUE, 0, i -> click(i, null, null));
          case "left-open" -> cut(clicks, 0, 0, i -> click(i, null, "e" + i));
          case "event-ids" -> cut(clicks, Long.MAX_VALUE, 0, i -> click(i, null, "e" + i));
          case "a-session-each" -> cut(clicks, Long.MAX_VALUE, 0, i -> click(i, name(i), null));
          case "many-at-once" -> cut(clicks, 0, 0, i -> click(i, name(i % MANY_SESSIONS), "e" + i));
          case "bot-by-minute" -> cut(clicks, Long.MAX_VALUE, 100_000, i -> click(i, null, null));
          case "sequence" -> join(clicks);
          default -> throw new IllegalArgumentException(arguments[0]);
        };
    System.out.println(out);
  }

  /** As long as session names are in logs. */
  private static String name(int session) {
    return String.format("5a0f4e1c-93d2-4b7a-a6c0-%012d", session);
  }

  private static Click click(int number, String session, String eventId) {
    return new Click(
        USER,
        Clicks.START + number * MICROS_BETWEEN,
        null,
        eventId == null ? null : UTF8String.fromString(eventId),
        session == null ? null : UTF8String.fromString(session),
        UTF8String.fromString("item-" + number % 1_000),
        null,
        1,
        Click.Origin.NEW);
  }

  /** How many clicks came out: in sessions, or dropped by a rule. */
  private static long cut(int clicks, long openFrom, int perMinute, IntFunction<Click> click) {
    PartitionTallies tallies = new PartitionTallies();
    CleaningConfig cleaning =
        new CleaningConfig(true, true, false, 0, perMinute, "", List.of(), List.of(), List.of());
    Iterator<InternalRow> rows =
        IntStream.range(0, clicks).mapToObj(i -> ClickRows.row(click.apply(i))).iterator();
    new SortedClicks(rows, sessions(), cleaning, openFrom, tallies).forEachRemaining(row -> {});
    return tallies.sum().total(NightCounts.SESSIONIZED) + tallies.sum().total(NightCounts.DROPPED);
  }

  /** How many events the user's sequence has. */
  private static long join(int sessions) {
    Iterator<InternalRow> rows =
        IntStream.range(0, sessions).mapToObj(OneUsersClicks::session).iterator();
    JoinedSessions joined = new JoinedSessions(rows, sessions().maxLength());
    return joined.next().getArray(1).numElements();
  }

  private static InternalRow session(int number) {
    long start = Clicks.START - number * MICROS_BETWEEN;
    UTF8String item = UTF8String.fromString("item-" + number);
    return new GenericInternalRow(
        new Object[] {
          USER,
          start,
          UTF8String.fromString("s" + number),
          new GenericArrayData(new Object[] {item, item}),
          UnsafeArrayData.fromPrimitiveArray(new long[] {start, start}),
          null,
          true,
          null
        });
  }

  private static SessionsConfig sessions() {
    return new SessionsConfig(
        Duration.ofMinutes(30), Duration.ofDays(1), 1, 200, Scope.USER, Duration.ZERO);
  }
}
