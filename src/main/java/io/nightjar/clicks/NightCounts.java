package io.nightjar.clicks;

/** What the groups of a night's {@link Tally} are called. */
public final class NightCounts {
  /** Records that were read. */
  public static final String READ = "read";

  public static final String RECORDS = "records";

  /** Records by the defect that makes them unusable. */
  public static final String QUARANTINED = "quarantined";

  /** Records by the rule that leaves them out. */
  public static final String DROPPED = "dropped";

  /** Clicks that reading handed to sessionizing, under the label of the verdict. */
  public static final String KEPT = "kept";

  /** Clicks that sessionizing was given: new ones, and those that an earlier night left open. */
  public static final String RECEIVED = "received";

  public static final String NEW = "new";

  /** New clicks that are in a session now. */
  public static final String SESSIONIZED = "sessionized";

  public static final String OUT = "out";

  /** What became of carried clicks: {@link #OUT}, or the rule that left them out. */
  public static final String CARRIED = "carried";

  /** Sessions, complete or still open. */
  public static final String SESSIONS = "sessions";

  public static final String COMPLETE = "complete";
  public static final String OPEN = "open";

  /** Users with clicks tonight. */
  public static final String USERS = "users";

  public static final String ALL = "all";

  /** Clicks by event type, and by hour of the day (UTC). */
  public static final String EVENT = "event";

  public static final String HOUR = "hour";

  private NightCounts() {}

  /** The group that a verdict of the reading stage is counted in. */
  static String group(Verdict verdict) {
    return switch (verdict.kind()) {
      case KEPT -> KEPT;
      case DEFECT -> QUARANTINED;
      case RULE -> DROPPED;
    };
  }
}
