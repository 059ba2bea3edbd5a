package io.nightjar.sessions;

import io.nightjar.clicks.Click;
import io.nightjar.clicks.NightCounts;
import io.nightjar.clicks.Tally;
import io.nightjar.clicks.Verdict;

/** Counts what a sessionizing task does with clicks, those of tonight apart from carried ones. */
final class UserCounts {
  private static final int NEW = 0;
  private static final int CARRIED = 1;

  private final long[] received = new long[2];
  private final long[] out = new long[2];
  private final long[][] dropped = new long[2][Verdict.values().length];
  private long complete;
  private long open;
  private long users;

  void receive(boolean isCarried) {
    received[side(isCarried)]++;
  }

  void drop(Click click, Verdict rule) {
    drop(click.isCarried(), rule);
  }

  void drop(boolean isCarried, Verdict rule) {
    dropped[side(isCarried)][rule.ordinal()]++;
  }

  void keep(Click click) {
    out[side(click.isCarried())]++;
  }

  void session(boolean isComplete) {
    if (isComplete) {
      complete++;
    } else {
      open++;
    }
  }

  void user() {
    users++;
  }

  private static int side(boolean isCarried) {
    return isCarried ? CARRIED : NEW;
  }

  /**
   * Groups: {@code received} (new, carried), {@code sessionized} (out), {@code dropped} by rule,
   * {@code carried} (out, and by rule), {@code sessions}.
   */
  Tally tally() {
    Tally tally = new Tally();
    tally.add(NightCounts.RECEIVED, NightCounts.NEW, received[NEW]);
    tally.add(NightCounts.RECEIVED, NightCounts.CARRIED, received[CARRIED]);
    tally.add(NightCounts.SESSIONIZED, NightCounts.OUT, out[NEW]);
    tally.add(NightCounts.CARRIED, NightCounts.OUT, out[CARRIED]);
    for (Verdict rule : Verdict.values()) {
      add(tally, NightCounts.DROPPED, rule, dropped[NEW][rule.ordinal()]);
      add(tally, NightCounts.CARRIED, rule, dropped[CARRIED][rule.ordinal()]);
    }
    tally.add(NightCounts.SESSIONS, NightCounts.COMPLETE, complete);
    tally.add(NightCounts.SESSIONS, NightCounts.OPEN, open);
    tally.add(NightCounts.USERS, NightCounts.ALL, users);
    return tally;
  }

  private static void add(Tally tally, String group, Verdict rule, long count) {
    if (count > 0) {
      tally.add(group, rule.label(), count);
    }
  }
}
