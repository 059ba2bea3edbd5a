package io.nightjar.config;

import java.io.Serializable;
import java.time.Duration;

/**
 * How clicks become sessions and sequences. Lengths are in events.
 *
 * @param gap a pause strictly longer than this starts a session where the log names none
 * @param idGap a pause strictly longer than this cuts a session that the log names
 * @param allowedLateness how long after the end of its night an event may still arrive
 */
public record SessionsConfig(
    Duration gap,
    Duration idGap,
    int minLength,
    int maxLength,
    Scope scope,
    Duration allowedLateness)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  static SessionsConfig from(Section section) {
    int minLength = section.count("min-length", 1, 1_000_000);
    return new SessionsConfig(
        section.duration("gap"),
        section.duration("id-gap"),
        minLength,
        section.count("max-length", Math.max(2, minLength), 1_000_000),
        section.choice("scope", Scope.class),
        section.duration("allowed-lateness"));
  }
}
