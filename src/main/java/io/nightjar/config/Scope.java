package io.nightjar.config;

/** Whose clicks make one sequence. */
public enum Scope {
  /** Each session stands alone. */
  SESSION,
  /** All of a user's sessions, one after the other. */
  USER
}
