package io.nightjar.config;

/** The rank of a target among items that score exactly as high. */
public enum TieRule {
  /** Behind all of them: ties count against the model. */
  CONSERVATIVE,
  /** Before all of them, as in "competition" ranking: ties count for the model. */
  STANDARD,
  /** In the middle of them. */
  MEDIAN
}
