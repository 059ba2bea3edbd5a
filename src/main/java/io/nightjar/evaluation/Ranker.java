package io.nightjar.evaluation;

import java.io.Serializable;

/** A trained model that can score the whole catalogue after any prefix of a sequence. */
public interface Ranker extends Serializable {
  /** What the model is called in reports. */
  String name();

  /** Opens a scorer for one task; not shared between threads. */
  Scorer open();

  /** Scores sequences one at a time. */
  interface Scorer {
    /**
     * Scores every item after each of several prefixes.
     *
     * @param items item indices, oldest first
     * @param from length of the shortest prefix, at least 1
     * @param to length of the longest prefix, at most {@code items.length}
     * @return {@code [to - from + 1][vocabularySize]}; the higher, the likelier next. Column 0, the
     *     padding, means nothing. Valid until the next call.
     */
    float[][] scores(int[] items, int from, int to);
  }
}
