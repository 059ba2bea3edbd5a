package io.nightjar.sessions;

import io.nightjar.clicks.Click;
import io.nightjar.clicks.Verdict;
import io.nightjar.config.CleaningConfig;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * Holds one user's clicks back, day by day (UTC), until it is sure that the day is no bot's: more
 * clicks on the day than {@code bot-events-per-day}, or more within 60 seconds than {@code
 * bot-events-per-minute}. A bot's day is dropped as a whole, and no longer held.
 */
final class BotDays {
  private static final long MICROS_PER_DAY = 86_400_000_000L;
  private static final long MICROS_PER_MINUTE = 60_000_000L;

  /** Where only the minute is limited, this bounds what is held of a day. */
  private static final int MOST_PER_DAY = CleaningConfig.MOST_BOT_EVENTS_PER_DAY;

  private final int perDay;
  private final int perMinute;
  private final UserCounts counts;
  private final Consumer<Click> humans;

  private final ArrayDeque<Click> held = new ArrayDeque<>();
  private final ArrayDeque<Long> minute = new ArrayDeque<>();
  private long day = Long.MIN_VALUE;
  private boolean isBot;

  /**
   * @param humans is given the clicks of days that are no bot's, in order
   */
  BotDays(CleaningConfig cleaning, UserCounts counts, Consumer<Click> humans) {
    boolean isOff = cleaning.botEventsPerDay() == 0 && cleaning.botEventsPerMinute() == 0;
    int limit = isOff ? 0 : MOST_PER_DAY;
    this.perDay = cleaning.botEventsPerDay() == 0 ? limit : cleaning.botEventsPerDay();
    this.perMinute = cleaning.botEventsPerMinute();
    this.counts = counts;
    this.humans = humans;
  }

  /** Takes the user's next click. */
  void add(Click click) {
    if (perDay == 0) {
      humans.accept(click);
      return;
    }
    long clickDay = Math.floorDiv(click.time(), MICROS_PER_DAY);
    if (clickDay != day) {
      finish();
      day = clickDay;
    }
    if (isBot) {
      counts.drop(click, Verdict.BOT);
      return;
    }
    held.add(click);
    if (held.size() > perDay || isTooFast(click)) {
      isBot = true;
      held.forEach(bot -> counts.drop(bot, Verdict.BOT));
      held.clear();
    }
  }

  private boolean isTooFast(Click click) {
    if (perMinute == 0) {
      return false;
    }
    minute.add(click.time());
    while (minute.element() <= click.time() - MICROS_PER_MINUTE) {
      minute.remove();
    }
    return minute.size() > perMinute;
  }

  /** Lets the held day go; the next click starts a day. */
  void finish() {
    held.forEach(humans);
    held.clear();
    minute.clear();
    isBot = false;
    day = Long.MIN_VALUE;
  }
}
