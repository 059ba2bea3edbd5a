package io.nightjar.evaluation;

import io.nightjar.vocabulary.Vocabulary;
import java.io.Serializable;
import java.util.Arrays;

/**
 * Head, torso and tail of the catalogue: the most frequent items that make up half of training's
 * events, those up to four fifths, and the rest.
 */
final class PopularityBands implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final double HEAD = 0.5;
  private static final double TORSO = 0.8;

  private final int headEnd;
  private final int torsoEnd;

  PopularityBands(Vocabulary vocabulary) {
    long[] counts = vocabulary.counts();
    double total = Arrays.stream(counts).sum();
    int head = 1;
    int torso = 1;
    double before = 0;
    for (int item = 1; item < counts.length; item++) {
      head = before < HEAD * total ? item + 1 : head;
      torso = before < TORSO * total ? item + 1 : torso;
      before += counts[item];
    }
    this.headEnd = head;
    this.torsoEnd = torso;
  }

  /** The slice of an item, or of one that is not in the vocabulary. */
  Slice of(int item) {
    if (item == Vocabulary.PADDING) {
      return new Slice("item", 3, "unknown");
    }
    if (item < headEnd) {
      return new Slice("item", 0, "head");
    }
    return item < torsoEnd ? new Slice("item", 1, "torso") : new Slice("item", 2, "tail");
  }
}
