package io.nightjar.evaluation;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sums of the metrics of many cases, each with one relevant item. With the target at rank r (1 is
 * the top): Recall@K is 1 if r ≤ K, MRR@K is 1/r if r ≤ K, NDCG@K is 1/log2(r + 1) if r ≤ K, else
 * 0; a metric is the mean over all cases.
 */
public final class RankingMetrics implements Serializable {
  private static final long serialVersionUID = 1L;

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
   * The target's rank, ties counted against the model: the number of items that score at least as
   * high. A target whose score is no number ranks last.
   *
   * @param scores where the scores of all items stand
   * @param row where those of item 1 start
   * @param items number of items
   * @param target index of the relevant item, from 1
   */
  public static int rank(float[] scores, int row, int items, int target) {
    float reached = scores[row + target - 1];
    int rank = 0;
    for (int i = row; i < row + items; i++) {
      if (!(scores[i] < reached)) {
        rank++;
      }
    }
    return rank;
  }

  /** Counts a case whose target has this rank. */
  public void add(int rank) {
    cases++;
    for (int i = 0; i < ks.size(); i++) {
      if (rank <= ks.get(i)) {
        hits[i]++;
        reciprocalRanks[i] += 1.0 / rank;
        gains[i] += Math.log(2) / Math.log(rank + 1.0);
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
    cases += other.cases;
    unknownTargets += other.unknownTargets;
    for (int i = 0; i < ks.size(); i++) {
      hits[i] += other.hits[i];
      reciprocalRanks[i] += other.reciprocalRanks[i];
      gains[i] += other.gains[i];
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
      means.put("recall@" + ks.get(i), hits[i] / divisor);
      means.put("mrr@" + ks.get(i), reciprocalRanks[i] / divisor);
      means.put("ndcg@" + ks.get(i), gains[i] / divisor);
    }
    return means;
  }
}
