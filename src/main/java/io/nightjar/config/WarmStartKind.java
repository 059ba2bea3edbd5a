package io.nightjar.config;

/** What a night's training starts from. */
public enum WarmStartKind {
  /** Random weights, and a vocabulary of its own. */
  NONE,
  /** The model in use, and its vocabulary with the new items at the end. */
  LATEST
}
