package io.nightjar.evaluation;

import java.io.Serializable;

/** A trained model that can score the whole catalogue after any prefix of a sequence. */
public interface Ranker extends Serializable {
  /** What the model is called in reports. */
  String name();

  /** Opens a scorer for one task; not shared between threads. The caller closes it. */
  Scorer open();

  /**
   * Scores items block by block, so that prefixes x items never has to exist in memory: first a
   * batch of prefixes is taken up, then any ranges of items are scored for it.
   */
  interface Scorer extends AutoCloseable {
    /** Takes up the prefixes that are scored next. */
    void prepare(Prefixes prefixes);

    /**
     * Scores a range of items after every prepared prefix; the higher, the likelier next.
     *
     * @param fromItem first item index of the range, at least 1
     * @param toItem end of the range, exclusive, at most the vocabulary's size
     * @param scores filled: {@code [prefixes][toItem - fromItem]}, row-major
     */
    void score(int fromItem, int toItem, float[] scores);

    @Override
    default void close() {}
  }
}
