package io.nightjar.evaluation;

import java.io.Serializable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What lists of K recommended items are made of, over many lists:
 *
 * <ul>
 *   <li>coverage@K: share of the catalogue that is on any list
 *   <li>gini@K: how unequally items are recommended, 0 (all alike) to nearly 1 (few get it all)
 *   <li>popularity@K: mean popularity of a recommended item, as the share of items that training
 *       saw less often; .5 is what recommending at random gives
 * </ul>
 */
public final class ListStatistics implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int k;
  private final long[] counts;

  /**
   * @param k length of the lists
   * @param vocabularySize items and padding
   */
  public ListStatistics(int k, int vocabularySize) {
    this.k = k;
    this.counts = new long[vocabularySize];
  }

  /** Counts an item of a list. */
  public void add(int item) {
    counts[item]++;
  }

  /** Adds another part's lists to these. */
  public ListStatistics merge(ListStatistics other) {
    for (int item = 0; item < counts.length; item++) {
      counts[item] += other.counts[item];
    }
    return this;
  }

  /**
   * The statistics by name.
   *
   * @param trainingCounts how often training saw each item, by index; [0] is padding
   */
  public Map<String, Double> statistics(long[] trainingCounts) {
    long[] recommended = Arrays.copyOfRange(counts, 1, counts.length);
    Arrays.sort(recommended);
    double total = Math.max(1, Arrays.stream(recommended).sum());
    Map<String, Double> statistics = new LinkedHashMap<>();
    statistics.put(
        "coverage@" + k,
        Arrays.stream(recommended).filter(count -> count > 0).count()
            / (double) Math.max(1, recommended.length));
    statistics.put("gini@" + k, gini(recommended, total));
    statistics.put("popularity@" + k, popularity(trainingCounts, total));
    return statistics;
  }

  /** Gini = sum over items, rarest first, of (2 i - n - 1) count(i) / (n total), i from 1. */
  private static double gini(long[] ascending, double total) {
    double sum = 0;
    for (int i = 0; i < ascending.length; i++) {
      sum += (2.0 * (i + 1) - ascending.length - 1) * ascending[i];
    }
    return sum / (Math.max(1, ascending.length) * total);
  }

  private double popularity(long[] trainingCounts, double total) {
    long[] ascending = Arrays.copyOfRange(trainingCounts, 1, trainingCounts.length);
    Arrays.sort(ascending);
    double sum = 0;
    for (int item = 1; item < counts.length; item++) {
      if (counts[item] > 0) {
        int rarer = lowerBound(ascending, trainingCounts[item]);
        int upTo = lowerBound(ascending, trainingCounts[item] + 1);
        sum += counts[item] * (rarer + upTo) / (2.0 * ascending.length);
      }
    }
    return sum / total;
  }

  /** How many of the ascending values are below a bound. */
  private static int lowerBound(long[] ascending, long bound) {
    int low = 0;
    int high = ascending.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ascending[middle] < bound) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
