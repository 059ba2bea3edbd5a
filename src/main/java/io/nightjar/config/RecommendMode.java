package io.nightjar.config;

/** Whose lists a night makes. */
public enum RecommendMode {
  /** Every user's. */
  FULL,
  /** Those of users with new events; the others' are carried over from the date before. */
  CHANGED
}
