package io.nightjar.sessions;

import io.nightjar.clicks.Click;
import io.nightjar.clicks.NightCounts;
import io.nightjar.clicks.Tally;
import io.nightjar.clicks.Verdict;
import io.nightjar.clicks.VerdictCounts;

/** Counts what a sessionizing task does with clicks, those of tonight apart from carried ones. */
final class UserCounts {
  /** What is counted apart for clicks of one origin. */
  private static final class Side {
    private long received;
    private long out;
    private final VerdictCounts dropped = new VerdictCounts();
  }

  private final Side tonight = new Side();
  private final Side carried = new Side();
  private long complete;
  private long open;
  private long users;

  void receive(Click click) {
    side(click).received++;
  }

  void drop(Click click, Verdict rule) {
    side(click).dropped.add(rule);
  }

  void keep(Click click) {
    side(click).out++;
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

  private Side side(Click click) {
    return click.isCarried() ? carried : tonight;
  }

  /**
   * Groups: {@code received} (new, carried), {@code sessionized} (out), {@code dropped} by rule,
   * {@code carried} (out, and by rule), {@code sessions}.
   */
  Tally tally() {
    Tally tally = new Tally();
    tally.add(NightCounts.RECEIVED, NightCounts.NEW, tonight.received);
    tally.add(NightCounts.RECEIVED, NightCounts.CARRIED, carried.received);
    tally.add(NightCounts.SESSIONIZED, NightCounts.OUT, tonight.out);
    tally.add(NightCounts.CARRIED, NightCounts.OUT, carried.out);
    tonight.dropped.forEach((rule, count) -> tally.add(NightCounts.DROPPED, rule.label(), count));
    carried.dropped.forEach((rule, count) -> tally.add(NightCounts.CARRIED, rule.label(), count));
    tally.add(NightCounts.SESSIONS, NightCounts.COMPLETE, complete);
    tally.add(NightCounts.SESSIONS, NightCounts.OPEN, open);
    tally.add(NightCounts.USERS, NightCounts.ALL, users);
    return tally;
  }
}
