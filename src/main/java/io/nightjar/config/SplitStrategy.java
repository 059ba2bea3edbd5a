package io.nightjar.config;

/** What is held out from training to judge the model. */
public enum SplitStrategy {
  /** The newest days. */
  TIME,
  /** The newest days, and for comparison several spans of as many days before them. */
  SLIDING,
  /** The last event of each sequence. */
  LEAVE_ONE_OUT,
  /** Logs of their own. */
  GIVEN
}
