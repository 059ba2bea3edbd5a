package io.nightjar.evaluation;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * How much the metrics would vary with other users, by the Poisson bootstrap: in each of R
 * replicates a user's cases count Poisson(1) times (Hanley and MacGibbon 2006; Chamandy et al.
 * 2012, for data that lies on many machines). Whole users are drawn, since cases of one user are
 * alike.
 *
 * <p>A user's draws depend on the seed and the user alone. So the order and the machine do not
 * matter, and two models judged on the same users are drawn alike: the differences of their
 * replicates are paired.
 */
public final class Bootstrap implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final double POISSON_ZERO = Math.exp(-1);
  private static final double CONFIDENCE = 0.95;

  private final long seed;
  private final RankingMetrics[] replicates;

  /**
   * @param replicates how many; 0 for none, and 200 are enough for an interval
   */
  public Bootstrap(long seed, int replicates, List<Integer> ks) {
    this.seed = seed;
    this.replicates = new RankingMetrics[replicates];
    Arrays.setAll(this.replicates, r -> new RankingMetrics(ks));
  }

  /** Takes up all cases of a user. */
  public void add(String user, RankingMetrics cases) {
    SplittableRandom random = new SplittableRandom(seed ^ hash(user));
    for (RankingMetrics replicate : replicates) {
      int times = poisson(random);
      if (times > 0) {
        replicate.merge(cases, times);
      }
    }
  }

  /** Adds another part's users to these. */
  public Bootstrap merge(Bootstrap other) {
    for (int r = 0; r < replicates.length; r++) {
      replicates[r].merge(other.replicates[r]);
    }
    return this;
  }

  /** The interval that holds a metric with 95 % confidence; empty without replicates. */
  public Map<String, Interval> intervals() {
    Map<String, Interval> intervals = new LinkedHashMap<>();
    if (replicates.length > 0) {
      for (String metric : replicates[0].means().keySet()) {
        intervals.put(metric, Interval.central(values(metric), CONFIDENCE));
      }
    }
    return intervals;
  }

  /**
   * The interval that holds the difference to another model, judged on the same users, with 95 %
   * confidence.
   */
  public Interval difference(Bootstrap other, String metric) {
    double[] differences = values(metric);
    double[] others = other.values(metric);
    for (int r = 0; r < differences.length; r++) {
      differences[r] -= others[r];
    }
    return Interval.central(differences, CONFIDENCE);
  }

  /** From {@code low} to {@code high}. */
  public record Interval(double low, double high) implements Serializable {
    private static final long serialVersionUID = 1L;

    /** The interval that leaves out as many of the values below as above. */
    static Interval central(double[] values, double share) {
      double[] sorted = values.clone();
      Arrays.sort(sorted);
      int cut = (int) Math.floor(sorted.length * (1 - share) / 2);
      return new Interval(sorted[cut], sorted[sorted.length - 1 - cut]);
    }
  }

  private double[] values(String metric) {
    return Arrays.stream(replicates).mapToDouble(r -> r.means().get(metric)).toArray();
  }

  /** Knuth's method: uniform numbers multiplied until their product falls below 1/e. */
  private static int poisson(SplittableRandom random) {
    int drawn = 0;
    for (double product = random.nextDouble();
        product > POISSON_ZERO;
        product *= random.nextDouble()) {
      drawn++;
    }
    return drawn;
  }

  /** FNV-1a, 64 bits. */
  private static long hash(String text) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }
}
