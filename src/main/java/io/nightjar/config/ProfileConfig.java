package io.nightjar.config;

/**
 * When a night's data is so far off that the run stops, exit code 3. Ratios compare with the mean
 * of the nights before.
 *
 * @param nights nights before this one to compare with
 * @param leastEvents events of the night, as a ratio of the mean; 0: never stop
 * @param mostEvents the same from above; 0: never stop
 * @param mostQuarantined share of records in quarantine; 1: never stop
 * @param typeCanVanish whether an event type that every night before had may be missing
 */
public record ProfileConfig(
    int nights,
    double leastEvents,
    double mostEvents,
    double mostQuarantined,
    boolean typeCanVanish) {

  static ProfileConfig from(Section section) {
    return new ProfileConfig(
        section.count("nights", 1, 1_000),
        section.number("least-events", 0, 1),
        section.number("most-events", 0, 1_000_000),
        section.number("most-quarantined", 0, 1),
        section.flag("type-can-vanish"));
  }
}
