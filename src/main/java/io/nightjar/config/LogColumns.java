package io.nightjar.config;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the columns are called in the log; an empty name means that the log has no such column. In
 * JSON and Parquet logs a name may be a path into nested fields, like {@code user.id}.
 *
 * @param order a number that orders one user's records of the same time
 * @param eventId what makes a record unique, where the log says so
 * @param agent the user agent, by which crawlers are known
 */
public record LogColumns(
    String user,
    String item,
    String time,
    String event,
    String session,
    String rating,
    String order,
    String eventId,
    String agent)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  static LogColumns from(Section section) {
    LogColumns columns =
        new LogColumns(
            section.text("user"),
            section.nonEmptyText("item"),
            section.nonEmptyText("time"),
            section.text("event"),
            section.text("session"),
            section.text("rating"),
            section.text("order"),
            section.text("event-id"),
            section.text("agent"));
    if (columns.user.isEmpty() && columns.session.isEmpty()) {
      throw section.wrong("user", "'' and session is ''", "the name of at least one of the two");
    }
    return columns;
  }

  /** Every column's name in a fixed order, empty names included. */
  public List<String> all() {
    return List.of(user, item, time, event, session, rating, order, eventId, agent);
  }

  /** The names of the columns that the log must have. */
  public List<String> named() {
    return Stream.of(user, item, time, event, session, rating, order, eventId, agent)
        .filter(name -> !name.isEmpty())
        .distinct()
        .toList();
  }
}
