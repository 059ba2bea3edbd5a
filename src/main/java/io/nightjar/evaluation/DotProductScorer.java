package io.nightjar.evaluation;

import io.nightjar.network.Blas;
import io.nightjar.network.FloatMatrix;

/**
 * Scores items by {@code state . row + bias}. Shares the item matrix outside the heap with the
 * other tasks of its executor, and holds the states of the prepared prefixes; products are made in
 * blocks that stay in the cache.
 */
abstract class DotProductScorer implements Ranker.Scorer {
  /** Products of a block, 2 MiB: about what a core's own cache holds. */
  private static final int PRODUCTS_PER_BLOCK = 1 << 19;

  private static final int LEAST_BLOCK_ITEMS = 256;

  private final int dimensions;
  private final float[] bias;
  private final FloatMatrix items;
  private final FloatMatrix states = new FloatMatrix(1);
  private final FloatMatrix products = new FloatMatrix(1);
  private final float[] rows;
  private float[] stateOfPrefix = {};
  private int prefixes;

  /**
   * @param rows item vectors, {@code [vocabularySize][dimensions]}, row-major
   * @param bias {@code [vocabularySize]}
   */
  DotProductScorer(SharedRows rows, float[] bias, int dimensions) {
    this.dimensions = dimensions;
    this.bias = bias;
    this.rows = rows.onHeap();
    this.items = rows.view();
  }

  /** The states of the prefixes, {@code [prefixes][dimensions]}, row-major. */
  abstract float[] states(Prefixes batch);

  @Override
  public final void prepare(Prefixes batch) {
    prefixes = batch.count();
    stateOfPrefix = states(batch);
    states.ensureCapacity(prefixes * dimensions);
    states.write(0, stateOfPrefix, 0, prefixes * dimensions);
  }

  @Override
  public final void score(int prefix, int prepared, int[] wanted, float[] scores) {
    for (int i = 0; i < wanted.length; i++) {
      float sum = bias[wanted[i]];
      for (int d = 0; d < dimensions; d++) {
        sum += stateOfPrefix[prefix * dimensions + d] * rows[wanted[i] * dimensions + d];
      }
      scores[i] = sum;
    }
  }

  @Override
  public final void score(int fromItem, int toItem, float[] scores) {
    int width = toItem - fromItem;
    int step = Math.max(LEAST_BLOCK_ITEMS, PRODUCTS_PER_BLOCK / Math.max(1, prefixes));
    products.ensureCapacity(prefixes * Math.min(step, width));
    for (int from = fromItem; from < toItem; from += step) {
      int block = Math.min(step, toItem - from);
      Blas.multiplyTransposed(
          prefixes, block, dimensions, states, 0, items, from * dimensions, 0, products, 0);
      for (int prefix = 0; prefix < prefixes; prefix++) {
        int row = prefix * width + from - fromItem;
        products.read(prefix * block, scores, row, block);
        for (int i = 0; i < block; i++) {
          scores[row + i] += bias[from + i];
        }
      }
    }
  }

  @Override
  public void close() {
    items.close();
    states.close();
    products.close();
  }
}
