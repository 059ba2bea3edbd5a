package io.nightjar.evaluation;

import java.io.Serializable;

/** A trained model that can score the whole catalogue after any prefix of a sequence. */
public interface Ranker extends Serializable {
  /** What the model is called in reports. */
  String name();

  /** What its scores are, which a blend has to know. */
  default Scale scale() {
    return Scale.LOGARITHM;
  }

  /** Opens a scorer for one task; not shared between threads. The caller closes it. */
  Scorer open();

  /** What scores are. */
  enum Scale {
    /**
     * Logarithms of how likely an item is, but for a constant: differences mean the same anywhere.
     */
    LOGARITHM,
    /** Shares of the whole: not negative, their sum over all items at most 1. */
    SHARE
  }

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

    /**
     * Scores a few items after one prepared prefix, up to rounding as {@link #score(int, int,
     * float[])} does.
     *
     * @param prefix which one
     * @param prefixes how many are prepared
     * @param items item indices
     * @param scores filled, one for each item
     */
    default void score(int prefix, int prefixes, int[] items, float[] scores) {
      float[] column = new float[prefixes];
      for (int i = 0; i < items.length; i++) {
        score(items[i], items[i] + 1, column);
        scores[i] = column[prefix];
      }
    }

    @Override
    default void close() {}
  }
}
