package io.nightjar.sessions;

import io.nightjar.clicks.Click;
import io.nightjar.clicks.ClickRows;
import io.nightjar.clicks.PartitionTallies;
import io.nightjar.config.CleaningConfig;
import io.nightjar.config.Scope;
import io.nightjar.config.SessionsConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.ByteArray;
import org.apache.spark.unsafe.types.UTF8String;

/** Made-up clicks, few users and items and crowded in time, so that ties and repeats are common. */
final class Clicks {
  static final long MINUTE = 60_000_000L;
  static final long START = 1_790_000_000L * 1_000_000;

  private Clicks() {}

  /** A session as a test compares it. */
  record Found(String user, String id, List<String> items, List<Long> minutes, boolean complete) {}

  static Arbitrary<Click> any(int minutes) {
    return Combinators.combine(
            Arbitraries.of("u1", "u2", "Aa", "BB"),
            Arbitraries.integers().between(0, minutes),
            Arbitraries.of("a", "b", "c", ""),
            Arbitraries.of("", "", "s1", "s2"),
            Arbitraries.of(0, 1, 2),
            Arbitraries.of("", "", "e1", "e2"))
        .as(Clicks::click);
  }

  static Click click(
      String user, int minute, String item, String session, int order, String eventId) {
    return new Click(
        UTF8String.fromString(user),
        START + minute * MINUTE,
        order == 0 ? null : Long.valueOf(order),
        text(eventId),
        text(session),
        text(item),
        null,
        1,
        Click.Origin.NEW);
  }

  private static UTF8String text(String value) {
    return value.isEmpty() ? null : UTF8String.fromString(value);
  }

  static SessionsConfig sessions(int minLength, int maxLength) {
    return new SessionsConfig(
        Duration.ofMinutes(30),
        Duration.ofMinutes(90),
        minLength,
        maxLength,
        Scope.USER,
        Duration.ZERO);
  }

  static CleaningConfig cleaning(boolean repeats, int botEventsPerDay) {
    return new CleaningConfig(
        true, true, repeats, botEventsPerDay, 0, "", List.of(), List.of(), List.of());
  }

  /** What Spark's shuffle and sort would do to the clicks. */
  static List<InternalRow> sorted(List<Click> clicks) {
    return sortedRows(clicks.stream().map(ClickRows::row).toList());
  }

  static List<InternalRow> sortedRows(List<InternalRow> rows) {
    List<InternalRow> sorted = new ArrayList<>(rows);
    Comparator<InternalRow> byKey = Comparator.comparingLong(row -> row.getLong(0));
    sorted.sort(
        byKey
            .thenComparing(ClickRows::user)
            .thenComparingLong(ClickRows::time)
            .thenComparing(ClickRows::bytes, ByteArray::compareBinary));
    return sorted;
  }

  /** The sessionizer's pass over sorted clicks. */
  static List<InternalRow> cut(
      List<InternalRow> sorted,
      SessionsConfig sessions,
      CleaningConfig cleaning,
      long openFrom,
      PartitionTallies tallies) {
    List<InternalRow> found = new ArrayList<>();
    new SortedClicks(sorted.iterator(), sessions, cleaning, openFrom, tallies)
        .forEachRemaining(found::add);
    return found;
  }

  static Found found(InternalRow row) {
    ArrayData items = row.getArray(4);
    ArrayData times = row.getArray(5);
    return new Found(
        row.getString(0),
        row.getString(1),
        IntStream.range(0, items.numElements())
            .mapToObj(i -> items.getUTF8String(i).toString())
            .toList(),
        IntStream.range(0, items.numElements())
            .mapToObj(i -> (times.getLong(i) - START) / MINUTE)
            .toList(),
        row.getBoolean(8));
  }

  /** What a night leaves for the next. */
  static List<InternalRow> carried(List<InternalRow> sessions) {
    List<InternalRow> carried = new ArrayList<>();
    for (InternalRow session : sessions) {
      if (!session.isNullAt(10)) {
        ArrayData clicks = session.getArray(10);
        for (int i = 0; i < clicks.numElements(); i++) {
          InternalRow click = clicks.getStruct(i, 2);
          carried.add(
              ClickRows.row(
                  session.getUTF8String(0),
                  click.getLong(0),
                  (byte[]) click.get(1, DataTypes.BinaryType)));
        }
      }
    }
    return carried;
  }
}
