package io.nightjar.clicks;

import org.apache.spark.unsafe.types.UTF8String;

/**
 * One clean click.
 *
 * @param time microseconds since 1970 (UTC)
 * @param order where the click stands among clicks of the same time; null if the log does not say
 * @param eventId null if the log has none
 * @param session the log's name for the session, null if it has none
 * @param item null for an event that is only a sign of life: it keeps a session going
 * @param event the type, null if the log has none
 * @param weight from the rating or the event's type, 1 where there is neither
 * @param origin how the click came into this night
 */
public record Click(
    UTF8String user,
    long time,
    Long order,
    UTF8String eventId,
    UTF8String session,
    UTF8String item,
    UTF8String event,
    float weight,
    Origin origin) {

  /** How a click came into this night. */
  public enum Origin {
    /** The first of a session that an earlier night left open. */
    CARRIED(0),
    /** A later one of such a session: whatever the pause before it, it belongs to it. */
    CARRIED_ON(1),
    /** Read from the log tonight; last, so that of two equal clicks the older one stays. */
    NEW(2);

    private final byte code;

    Origin(int code) {
      this.code = (byte) code;
    }

    /** How {@link ClickRows} writes it. */
    byte code() {
      return code;
    }

    static Origin of(byte code) {
      return code == CARRIED.code ? CARRIED : code == CARRIED_ON.code ? CARRIED_ON : NEW;
    }
  }

  /** The same click as a later night sees it. */
  public Click carried(boolean isFirst) {
    Origin carried = isFirst ? Origin.CARRIED : Origin.CARRIED_ON;
    return new Click(user, time, order, eventId, session, item, event, weight, carried);
  }

  /** The click without its item: that the user was there, and perhaps the event id. */
  public Click signOfLife(UTF8String knownId) {
    return new Click(user, time, order, knownId, session, null, event, weight, origin);
  }

  /** Whether the click has been counted by an earlier night. */
  public boolean isCarried() {
    return origin != Origin.NEW;
  }
}
