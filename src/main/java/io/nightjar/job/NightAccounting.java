package io.nightjar.job;

import io.nightjar.clicks.InputException;
import io.nightjar.clicks.NightCounts;
import io.nightjar.clicks.Tally;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where every record of the night went, and every click that the night before left open.
 *
 * @param in records read
 * @param out records that are clicks in sessions now, complete or open
 * @param quarantined records by the defect that makes them unusable
 * @param dropped records by the rule that leaves them out
 * @param carriedIn clicks of sessions that an earlier night left open
 * @param carried what became of those: {@code out}, or the rule that left them out
 * @param sessions long enough sessions, complete or open
 */
record NightAccounting(
    long in,
    long out,
    Map<String, Long> quarantined,
    Map<String, Long> dropped,
    long carriedIn,
    Map<String, Long> carried,
    long sessions) {

  /**
   * Brings together what the two sides of the shuffle counted, and checks that they agree.
   *
   * @param carriedIn clicks that the night before left open, as its table has them
   * @throws IllegalStateException if a record was lost or made up
   */
  static NightAccounting of(Tally read, Tally sessionized, long carriedIn) {
    Map<String, Long> dropped = new TreeMap<>(read.group(NightCounts.DROPPED));
    sessionized
        .group(NightCounts.DROPPED)
        .forEach((rule, count) -> dropped.merge(rule, count, Long::sum));
    NightAccounting night =
        new NightAccounting(
            read.total(NightCounts.READ),
            sessionized.total(NightCounts.SESSIONIZED),
            read.group(NightCounts.QUARANTINED),
            dropped,
            carriedIn,
            sessionized.group(NightCounts.CARRIED),
            sessionized.total(NightCounts.SESSIONS));
    boolean arrived =
        read.total(NightCounts.KEPT) == sessionized.count(NightCounts.RECEIVED, NightCounts.NEW)
            && carriedIn == sessionized.count(NightCounts.RECEIVED, NightCounts.CARRIED);
    boolean balances =
        night.in == night.out + sum(night.quarantined) + sum(night.dropped)
            && carriedIn == sum(night.carried);
    if (!arrived || !balances) {
      throw new IllegalStateException(
          "Records were lost or made up: " + night + "; read " + read + ", then " + sessionized);
    }
    return night;
  }

  /**
   * Checks that every defective record is in quarantine.
   *
   * @param published rows of the night's quarantine
   * @throws IllegalStateException if there are more or fewer, as when a log changes while it is
   *     read
   */
  void requireQuarantined(long published) {
    if (published != sum(quarantined)) {
      throw new IllegalStateException(
          String.format(
              "%,d records are unusable, but %,d are in quarantine; did the log change while it was"
                  + " read? Run again once it is complete.",
              sum(quarantined), published));
    }
  }

  /**
   * Checks that something is left.
   *
   * @throws InputException if no click is
   */
  void requireClicks() {
    if (out + carried.getOrDefault(NightCounts.OUT, 0L) == 0) {
      throw new InputException(
          "Nothing is left of the log: "
              + this
              + ". Expected clicks; check nightjar.input.columns,"
              + " time-format and events, --date, and the reasons.");
    }
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Share of records in quarantine, 0 where there is no record. */
  double quarantinedShare() {
    return in == 0 ? 0 : (double) sum(quarantined) / in;
  }

  @Override
  public String toString() {
    return String.format(
        "%,d records: %,d clicks in sessions, quarantined %s, dropped by rule %s%s",
        in,
        out,
        quarantined,
        dropped,
        carriedIn == 0 ? "" : String.format("; %,d carried over: %s", carriedIn, carried));
  }
}
