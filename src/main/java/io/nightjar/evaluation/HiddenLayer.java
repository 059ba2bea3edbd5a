package io.nightjar.evaluation;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/** The hidden units of a blend, laid out for scoring many items at a time. */
final class HiddenLayer implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Items whose sums stay in the cache from unit to unit. */
  private static final int TILE = 512;

  /** {@code [units][models]} */
  private final float[][] ofModels;

  private final float[] ofLength;
  private final float[] ofNewest;
  private final float[] bias;
  private final float[] weight;

  HiddenLayer(List<BlendWeights.HiddenUnit> units) {
    int count = units.size();
    this.ofModels = new float[count][];
    this.ofLength = new float[count];
    this.ofNewest = new float[count];
    this.bias = new float[count];
    this.weight = new float[count];
    for (int u = 0; u < count; u++) {
      BlendWeights.HiddenUnit unit = units.get(u);
      ofModels[u] = new float[unit.ofModels().size()];
      for (int m = 0; m < ofModels[u].length; m++) {
        ofModels[u][m] = unit.ofModels().get(m).floatValue();
      }
      ofLength[u] = (float) unit.ofLength();
      ofNewest[u] = (float) unit.ofNewest();
      bias[u] = (float) unit.bias();
      weight[u] = (float) unit.weight();
    }
  }

  boolean isEmpty() {
    return weight.length == 0;
  }

  /**
   * Adds what the units say about a run of items, none of which is taken for the newest one.
   *
   * @param pooled {@code [models][items]}
   * @param from first item of the run
   * @param to end of the run, exclusive
   * @param length events of the history
   * @param sums scratch for as many items; used where the run is
   * @param scores {@code [items]}
   */
  void add(float[][] pooled, int from, int to, int length, float[] sums, float[] scores) {
    float logarithm = (float) Math.log(length);
    for (int start = from; start < to; start += TILE) {
      int end = Math.min(to, start + TILE);
      for (int u = 0; u < weight.length; u++) {
        Arrays.fill(sums, start, end, bias[u] + ofLength[u] * logarithm);
        for (int m = 0; m < pooled.length; m++) {
          addProduct(ofModels[u][m], pooled[m], start, end, sums);
        }
        addRectified(weight[u], sums, start, end, scores);
      }
    }
  }

  // Every array has the same index in these loops: the JIT makes vector instructions of no others.

  private static void addProduct(float factor, float[] of, int start, int end, float[] sums) {
    for (int i = start; i < end; i++) {
      sums[i] += factor * of[i];
    }
  }

  private static void addRectified(float factor, float[] of, int start, int end, float[] sums) {
    for (int i = start; i < end; i++) {
      sums[i] += factor * Math.max(0f, of[i]);
    }
  }

  /**
   * What the units say about one item.
   *
   * @param pooled {@code [models][items]}
   * @param item where the item stands in {@code pooled}
   * @param length events of the history
   * @param isNewest whether it is the history's newest item
   */
  float of(float[][] pooled, int item, int length, boolean isNewest) {
    float logarithm = (float) Math.log(length);
    float score = 0;
    for (int u = 0; u < weight.length; u++) {
      float sum = bias[u] + ofLength[u] * logarithm + (isNewest ? ofNewest[u] : 0);
      for (int m = 0; m < pooled.length; m++) {
        sum += ofModels[u][m] * pooled[m][item];
      }
      score += weight[u] * Math.max(0f, sum);
    }
    return score;
  }
}
