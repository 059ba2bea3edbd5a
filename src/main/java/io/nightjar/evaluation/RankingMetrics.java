package io.nightjar.evaluation;

import io.nightjar.config.TieRule;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sums of the metrics of many cases, each with one relevant item. With the target at rank r (1 is
 * the top), a hit being r ≤ K:
 *
 * <ul>
 *   <li>Recall@K = 1 for a hit; Precision@K = 1/K; F1@K = 2/(K + 1), the harmonic mean of the two
 *   <li>MRR@K = 1/r for a hit. MAP@K is the same number, since there is one relevant item
 *   <li>NDCG@K = 1/log2(r + 1) for a hit
 * </ul>
 *
 * and 0 for a miss; a metric is the mean over all cases. All are in [0, 1].
 */
public final class RankingMetrics implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The rank of a target that cannot be on any list. */
  public static final double MISS = Double.POSITIVE_INFINITY;

  private final List<Integer> ks;
  private final double[] hits;
  private final double[] reciprocalRanks;
  private final double[] gains;
  private long cases;
  private long unknownTargets;

  /**
   * @param ks list lengths, ascending
   */
  public RankingMetrics(List<Integer> ks) {
    this.ks = List.copyOf(ks);
    this.hits = new double[ks.size()];
    this.reciprocalRanks = new double[ks.size()];
    this.gains = new double[ks.size()];
  }

  /**
   * The target's rank, from 1. A score that is no number counts as higher than the target's, and a
   * target whose score is no number ranks last.
   *
   * @param scores where the scores of all items stand
   * @param row where those of item 1 start
   * @param items number of items
   * @param target index of the relevant item, from 1
   */
  public static double rank(float[] scores, int row, int items, int target, TieRule ties) {
    float reached = scores[row + target - 1];
    if (Float.isNaN(reached)) {
      return items;
    }
    int lower = 0;
    int equal = 0;
    for (int i = row; i < row + items; i++) {
      lower += scores[i] < reached ? 1 : 0;
      equal += scores[i] == reached ? 1 : 0;
    }
    return switch (ties) {
      case CONSERVATIVE -> items - lower;
      case STANDARD -> items - lower - equal + 1;
      case MEDIAN -> items - lower - (equal - 1) / 2.0;
    };
  }

  /** Counts a case whose target has this rank. */
  public void add(double rank) {
    cases++;
    for (int i = 0; i < ks.size(); i++) {
      if (rank <= ks.get(i)) {
        hits[i]++;
        reciprocalRanks[i] += 1 / rank;
        gains[i] += Math.log(2) / Math.log(rank + 1);
      }
    }
  }

  /** Counts a case whose target the model does not know: a miss at every K. */
  public void addUnknownTarget() {
    cases++;
    unknownTargets++;
  }

  /** Adds another part's sums to these. */
  public RankingMetrics merge(RankingMetrics other) {
    return merge(other, 1);
  }

  /** Adds another part's sums to these, as if its cases had come {@code times} times. */
  RankingMetrics merge(RankingMetrics other, int times) {
    cases += times * other.cases;
    unknownTargets += times * other.unknownTargets;
    for (int i = 0; i < ks.size(); i++) {
      hits[i] += times * other.hits[i];
      reciprocalRanks[i] += times * other.reciprocalRanks[i];
      gains[i] += times * other.gains[i];
    }
    return this;
  }

  /** Cases counted. */
  public long cases() {
    return cases;
  }

  /** Cases whose target the model does not know. */
  public long unknownTargets() {
    return unknownTargets;
  }

  /** The means, like {@code recall@20}, for every K; all 0 without a case. */
  public Map<String, Double> means() {
    Map<String, Double> means = new LinkedHashMap<>();
    double divisor = Math.max(1, cases);
    for (int i = 0; i < ks.size(); i++) {
      int k = ks.get(i);
      double recall = hits[i] / divisor;
      means.put("recall@" + k, recall);
      means.put("precision@" + k, recall / k);
      means.put("f1@" + k, 2 * recall / (k + 1));
      means.put("mrr@" + k, reciprocalRanks[i] / divisor);
      means.put("ndcg@" + k, gains[i] / divisor);
      means.put("map@" + k, reciprocalRanks[i] / divisor);
    }
    return means;
  }
}
