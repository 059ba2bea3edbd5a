package io.nightjar.config;

import java.io.Serializable;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Which usable clicks are left out, each by a rule of its own that counts what it drops.
 *
 * @param duplicates drop a record that repeats another in every column
 * @param duplicateEventIds drop a record that repeats the event id of another in its session
 * @param repeats drop a click on the item that the session's click before was on
 * @param botEventsPerDay clicks of a user on one day (UTC) above which the day is a bot's; 0:
 *     never, or above {@link #MOST_BOT_EVENTS_PER_DAY} if only the minute is limited
 * @param botEventsPerMinute clicks of a user within 60 seconds above which the day is a bot's; 0:
 *     never
 * @param crawlerAgents user agents that are crawlers, a regular expression found anywhere; empty:
 *     none
 * @param testUsers users that are not customers, regular expressions for the whole id
 * @param blockItems items that are left out
 * @param allowItems the only items that are let in; empty: all
 */
public record CleaningConfig(
    boolean duplicates,
    boolean duplicateEventIds,
    boolean repeats,
    int botEventsPerDay,
    int botEventsPerMinute,
    String crawlerAgents,
    List<String> testUsers,
    List<String> blockItems,
    List<String> allowItems)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * The highest limit of clicks a day. A day is held in memory until it is known to be no bot's.
   */
  public static final int MOST_BOT_EVENTS_PER_DAY = 100_000;

  static CleaningConfig from(Section section) {
    section.texts("test-users").forEach(pattern -> checkPattern(section, "test-users", pattern));
    checkPattern(section, "crawler-agents", section.text("crawler-agents"));
    return new CleaningConfig(
        section.flag("duplicates"),
        section.flag("duplicate-event-ids"),
        section.flag("repeats"),
        section.count("bot-events-per-day", 0, MOST_BOT_EVENTS_PER_DAY),
        section.count("bot-events-per-minute", 0, MOST_BOT_EVENTS_PER_DAY),
        section.text("crawler-agents"),
        section.texts("test-users"),
        section.texts("block-items"),
        section.texts("allow-items"));
  }

  private static void checkPattern(Section section, String key, String pattern) {
    try {
      Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      throw section.wrong(key, pattern, "a regular expression (" + e.getDescription() + ")");
    }
  }
}
