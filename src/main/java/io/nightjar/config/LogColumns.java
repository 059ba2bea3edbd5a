package io.nightjar.config;

import java.util.List;
import java.util.stream.Stream;

/** What the columns are called in the log; an empty name means that the log has no such column. */
public record LogColumns(
    String user, String item, String time, String event, String session, String rating) {

  static LogColumns from(Section section) {
    LogColumns columns =
        new LogColumns(
            section.text("user"),
            section.nonEmptyText("item"),
            section.nonEmptyText("time"),
            section.text("event"),
            section.text("session"),
            section.text("rating"));
    if (columns.user.isEmpty() && columns.session.isEmpty()) {
      throw section.wrong("user", "'' and session is ''", "the name of at least one of the two");
    }
    return columns;
  }

  /** The names of the columns that the log must have. */
  public List<String> named() {
    return Stream.of(user, item, time, event, session, rating)
        .filter(name -> !name.isEmpty())
        .distinct()
        .toList();
  }
}
