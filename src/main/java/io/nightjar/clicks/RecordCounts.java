package io.nightjar.clicks;

import java.util.HashMap;
import java.util.Map;
import org.apache.spark.unsafe.types.UTF8String;

/** Counts what a task reads, quickly; {@link #tally} gives the counts their names. */
final class RecordCounts {
  private static final int HOURS = 24;
  private static final long MICROS_PER_HOUR = 3_600_000_000L;
  private static final int MOST_EVENT_TYPES = 1_000;
  private static final String OTHER = "(other)";
  private static final String NONE = "(none)";

  private final VerdictCounts verdicts = new VerdictCounts();
  private final long[] hours = new long[HOURS];
  private final Map<UTF8String, long[]> events = new HashMap<>();
  private long withoutEvent;
  private long otherEvents;

  void add(ClickCleaner.Judged judged) {
    verdicts.add(judged.verdict());
    Click click = judged.click();
    if (click != null) {
      hours[(int) Math.floorMod(Math.floorDiv(click.time(), MICROS_PER_HOUR), (long) HOURS)]++;
      addEvent(click.event());
    }
  }

  private void addEvent(UTF8String event) {
    if (event == null) {
      withoutEvent++;
      return;
    }
    long[] count = events.get(event);
    if (count != null) {
      count[0]++;
    } else if (events.size() < MOST_EVENT_TYPES) {
      events.put(event.clone(), new long[] {1});
    } else {
      otherEvents++;
    }
  }

  /** Groups: {@code read}, {@code quarantined}, {@code dropped}, {@code event}, {@code hour}. */
  Tally tally() {
    Tally tally = new Tally();
    verdicts.forEach(
        (verdict, count) -> {
          tally.add(NightCounts.READ, NightCounts.RECORDS, count);
          tally.add(NightCounts.group(verdict), verdict.label(), count);
        });
    for (int hour = 0; hour < HOURS; hour++) {
      if (hours[hour] > 0) {
        tally.add(NightCounts.HOUR, String.format("%02d", hour), hours[hour]);
      }
    }
    events.forEach((event, count) -> tally.add(NightCounts.EVENT, event.toString(), count[0]));
    if (withoutEvent > 0) {
      tally.add(NightCounts.EVENT, NONE, withoutEvent);
    }
    if (otherEvents > 0) {
      tally.add(NightCounts.EVENT, OTHER, otherEvents);
    }
    return tally;
  }
}
