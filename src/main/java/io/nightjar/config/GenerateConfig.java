package io.nightjar.config;

import java.io.Serializable;

/** The demo click log. */
public record GenerateConfig(
    String path,
    int days,
    int users,
    int items,
    int categories,
    double sessionsPerDay,
    double clicksPerSession,
    double dirt)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  static GenerateConfig from(Section section) {
    int items = section.count("items", 1, 100_000_000);
    return new GenerateConfig(
        section.nonEmptyText("path"),
        section.count("days", 1, 3_660),
        section.count("users", 1, 2_000_000_000),
        items,
        section.count("categories", 1, items),
        section.number("sessions-per-day", 0.001, 1_000),
        section.number("clicks-per-session", 1, 1_000),
        section.fraction("dirt"));
  }
}
