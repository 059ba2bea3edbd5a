package io.nightjar.network;

import java.io.Serializable;

/**
 * Draws items with probability proportional to count^alpha, in constant time (alias method: Walker
 * 1977, Vose 1991). Never draws padding, nor an item that was never counted unless alpha is 0.
 */
public final class NegativeSampler implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Of the fraction of a bucket that is the item's own, as a float. */
  private final float[] ownShare;

  private final int[] alias;
  private final float[] logProbability;

  /**
   * @param counts how often each item occurs in training, {@code [vocabularySize]}; the one of
   *     padding is ignored
   * @param alpha 0 draws uniformly, 1 by popularity; in [0, 1]
   */
  public NegativeSampler(long[] counts, double alpha) {
    int items = counts.length - 1;
    ownShare = new float[items];
    alias = new int[items];
    logProbability = new float[counts.length];
    double[] weight = new double[items];
    double total = 0;
    for (int i = 0; i < items; i++) {
      weight[i] = alpha == 0 ? 1 : Math.pow((double) counts[i + 1], alpha);
      total += weight[i];
    }
    if (!(total > 0)) {
      throw new IllegalArgumentException("no item was ever counted: there is nothing to draw");
    }
    for (int i = 0; i < items; i++) {
      logProbability[i + 1] = (float) Math.log(weight[i] / total);
      weight[i] *= items / total;
    }
    logProbability[0] = Float.NEGATIVE_INFINITY;
    fillBuckets(weight);
  }

  /** Number of items that can be drawn. */
  public int items() {
    return alias.length;
  }

  /** Natural logarithm of the probability to draw an item; minus infinity for one that never is. */
  public float logProbability(int item) {
    return logProbability[item];
  }

  /** Draws an item in 1 .. items(). */
  int draw(RandomStream random) {
    int bucket = random.nextInt(alias.length);
    return 1 + (random.nextDouble() < ownShare[bucket] ? bucket : alias[bucket]);
  }

  private void fillBuckets(double[] weight) {
    int items = weight.length;
    int[] below = new int[items];
    int[] above = new int[items];
    int belowCount = 0;
    int aboveCount = 0;
    for (int i = 0; i < items; i++) {
      if (weight[i] < 1) {
        below[belowCount++] = i;
      } else {
        above[aboveCount++] = i;
      }
    }
    while (belowCount > 0 && aboveCount > 0) {
      int small = below[--belowCount];
      int large = above[aboveCount - 1];
      ownShare[small] = (float) weight[small];
      alias[small] = large;
      weight[large] -= 1 - weight[small];
      if (weight[large] < 1) {
        aboveCount--;
        below[belowCount++] = large;
      }
    }
    while (aboveCount > 0) {
      fillWhole(above[--aboveCount]);
    }
    while (belowCount > 0) {
      fillWhole(below[--belowCount]);
    }
  }

  private void fillWhole(int item) {
    ownShare[item] = 1f;
    alias[item] = item;
  }
}
