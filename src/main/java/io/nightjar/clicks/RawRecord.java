package io.nightjar.clicks;

import org.apache.spark.unsafe.types.UTF8String;

/**
 * One record of a log, taken apart but not judged. A value is null where the record or the log has
 * none. Values may point into a buffer that the next record reuses.
 *
 * @param defect what kept the record from being taken apart, null if nothing did
 * @param time microseconds since 1970 (UTC), or {@link #NO_TIME}
 */
public record RawRecord(
    Verdict defect,
    UTF8String user,
    UTF8String item,
    long time,
    UTF8String event,
    UTF8String session,
    UTF8String rating,
    UTF8String order,
    UTF8String eventId,
    UTF8String agent) {
  /** A time that is missing or cannot be read. */
  public static final long NO_TIME = Long.MIN_VALUE;

  /** A record that could not be taken apart. */
  public static RawRecord defective(Verdict defect) {
    return new RawRecord(defect, null, null, NO_TIME, null, null, null, null, null, null);
  }
}
