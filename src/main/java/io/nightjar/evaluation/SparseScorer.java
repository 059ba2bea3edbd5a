package io.nightjar.evaluation;

import java.util.Arrays;

/**
 * Scores of models that know something about few items only; all others score 0. The scores of a
 * prefix sum to 1, or are all 0, unless a model gives shares itself.
 */
abstract class SparseScorer implements Ranker.Scorer {
  private final Weights weights;

  /** By prefix: an item in the upper half, the bits of its share in the lower one. */
  private long[][] shares = new long[0][];

  /** Whether shares are in order of their items, which only ranges of items need. */
  private boolean isSorted;

  /** Where an item stands among the shares of one prefix, plus 1; 0 for the others. */
  private final int[] placePlusOne;

  SparseScorer(int vocabularySize) {
    this.weights = new Weights(vocabularySize);
    this.placePlusOne = new int[vocabularySize];
  }

  /** Adds the weights of the items that may follow the first {@code length} items of a sequence. */
  abstract void weigh(int[] sequence, int length, Weights weights);

  /** Whether weights are shares of the whole as they are, and not in proportion to each other. */
  boolean sharesAreGiven() {
    return false;
  }

  @Override
  public final void prepare(Prefixes prefixes) {
    shares = new long[prefixes.count()][];
    isSorted = false;
    for (int p = 0; p < prefixes.count(); p++) {
      weigh(prefixes.sequences()[prefixes.sequence()[p]], prefixes.lengths()[p], weights);
      shares[p] = weights.shares(sharesAreGiven());
      weights.clear();
    }
  }

  @Override
  public final void score(int fromItem, int toItem, float[] scores) {
    if (!isSorted) {
      Arrays.stream(shares).forEach(Arrays::sort);
      isSorted = true;
    }
    int width = toItem - fromItem;
    Arrays.fill(scores, 0, shares.length * width, 0);
    for (int p = 0; p < shares.length; p++) {
      int found = Arrays.binarySearch(shares[p], (long) fromItem << Integer.SIZE);
      for (int i = found < 0 ? -found - 1 : found;
          i < shares[p].length && item(shares[p][i]) < toItem;
          i++) {
        scores[p * width + item(shares[p][i]) - fromItem] = share(shares[p][i]);
      }
    }
  }

  @Override
  public final void score(int prefix, int prepared, int[] wanted, float[] scores) {
    long[] ofPrefix = shares[prefix];
    for (int i = 0; i < ofPrefix.length; i++) {
      placePlusOne[item(ofPrefix[i])] = i + 1;
    }
    for (int i = 0; i < wanted.length; i++) {
      int place = placePlusOne[wanted[i]];
      scores[i] = place == 0 ? 0 : share(ofPrefix[place - 1]);
    }
    for (long itemAndShare : ofPrefix) {
      placePlusOne[item(itemAndShare)] = 0;
    }
  }

  private static int item(long itemAndShare) {
    return (int) (itemAndShare >>> Integer.SIZE);
  }

  private static float share(long itemAndShare) {
    return Float.intBitsToFloat((int) itemAndShare);
  }

  /** Weights of items that are summed up for one prefix. */
  static final class Weights {
    private final double[] sums;
    private int[] touched = new int[64];
    private int count;

    Weights(int vocabularySize) {
      this.sums = new double[vocabularySize];
    }

    /**
     * Adds to an item's weight.
     *
     * @param weight not negative
     */
    void add(int item, double weight) {
      if (weight == 0) {
        return;
      }
      if (sums[item] == 0) {
        touched = count < touched.length ? touched : Arrays.copyOf(touched, 2 * count);
        touched[count++] = item;
      }
      sums[item] += weight;
    }

    private double sum() {
      double sum = 0;
      for (int i = 0; i < count; i++) {
        sum += sums[touched[i]];
      }
      return sum;
    }

    /** Each item that has a weight with its share of all weights; see the scorer's field. */
    private long[] shares(boolean given) {
      double total = given ? 1 : sum();
      long[] shares = new long[count];
      for (int i = 0; i < count; i++) {
        // A share is not negative, so that its bits do not reach into the upper half.
        int bits = Float.floatToIntBits((float) (sums[touched[i]] / total));
        shares[i] = (long) touched[i] << Integer.SIZE | bits;
      }
      return shares;
    }

    private void clear() {
      for (int i = 0; i < count; i++) {
        sums[touched[i]] = 0;
      }
      count = 0;
    }
  }
}
