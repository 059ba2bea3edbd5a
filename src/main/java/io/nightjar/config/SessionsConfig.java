package io.nightjar.config;

import java.time.Duration;

/** How clicks become sessions and sequences. Lengths are in events. */
public record SessionsConfig(Duration gap, int minLength, int maxLength, Scope scope) {

  static SessionsConfig from(Section section) {
    int minLength = section.count("min-length", 1, 1_000_000);
    return new SessionsConfig(
        section.duration("gap"),
        minLength,
        section.count("max-length", Math.max(2, minLength), 1_000_000),
        section.choice("scope", Scope.class));
  }
}
