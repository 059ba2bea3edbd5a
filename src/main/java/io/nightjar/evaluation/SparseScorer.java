package io.nightjar.evaluation;

import java.util.Arrays;

/**
 * Scores of models that know something about few items only; all others score 0. The scores of a
 * prefix sum to 1, or are all 0.
 */
abstract class SparseScorer implements Ranker.Scorer {
  private final Weights weights;
  private int[][] items = new int[0][];
  private float[][] shares = new float[0][];

  SparseScorer(int vocabularySize) {
    this.weights = new Weights(vocabularySize);
  }

  /** Adds the weights of the items that may follow the first {@code length} items of a sequence. */
  abstract void weigh(int[] sequence, int length, Weights weights);

  @Override
  public final void prepare(Prefixes prefixes) {
    items = new int[prefixes.count()][];
    shares = new float[prefixes.count()][];
    for (int p = 0; p < prefixes.count(); p++) {
      weigh(prefixes.sequences()[prefixes.sequence()[p]], prefixes.lengths()[p], weights);
      items[p] = weights.items();
      shares[p] = weights.shares(items[p]);
      weights.clear();
    }
  }

  @Override
  public final void score(int fromItem, int toItem, float[] scores) {
    int width = toItem - fromItem;
    Arrays.fill(scores, 0, items.length * width, 0);
    for (int p = 0; p < items.length; p++) {
      int found = Arrays.binarySearch(items[p], fromItem);
      for (int i = found < 0 ? -found - 1 : found;
          i < items[p].length && items[p][i] < toItem;
          i++) {
        scores[p * width + items[p][i] - fromItem] = shares[p][i];
      }
    }
  }

  @Override
  public final void score(int prefix, int prepared, int[] wanted, float[] scores) {
    for (int i = 0; i < wanted.length; i++) {
      int found = Arrays.binarySearch(items[prefix], wanted[i]);
      scores[i] = found < 0 ? 0 : shares[prefix][found];
    }
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

    /** Items that have a weight, ascending. */
    private int[] items() {
      int[] items = Arrays.copyOf(touched, count);
      Arrays.sort(items);
      return items;
    }

    private float[] shares(int[] items) {
      double total = 0;
      for (int item : items) {
        total += sums[item];
      }
      float[] shares = new float[items.length];
      for (int i = 0; i < items.length; i++) {
        shares[i] = (float) (sums[items[i]] / total);
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
