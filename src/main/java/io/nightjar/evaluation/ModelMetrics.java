package io.nightjar.evaluation;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;

/**
 * One model's row.
 *
 * @param cases target positions judged
 * @param unknownTargets how many of them had a target that training never saw
 * @param metrics means by name, like {@code recall@20}; coverage, Gini and popularity of the lists
 * @param slices metrics of parts of the cases
 * @param bootstrap how the metrics vary with the users
 * @param seconds that judging took
 */
public record ModelMetrics(
    String name,
    long cases,
    long unknownTargets,
    Map<String, Double> metrics,
    SortedMap<Slice, RankingMetrics> slices,
    Bootstrap bootstrap,
    double seconds) {

  static ModelMetrics of(String name, Judgement judgement, long[] trainingCounts, double seconds) {
    RankingMetrics overall = judgement.overall();
    Map<String, Double> metrics = new LinkedHashMap<>(overall.means());
    metrics.putAll(judgement.lists().statistics(trainingCounts));
    return new ModelMetrics(
        name,
        overall.cases(),
        overall.unknownTargets(),
        metrics,
        judgement.slices(),
        judgement.bootstrap(),
        seconds);
  }

  /** The same row under another name. */
  public ModelMetrics named(String newName) {
    return new ModelMetrics(newName, cases, unknownTargets, metrics, slices, bootstrap, seconds);
  }

  /** A metric by name. */
  public double metric(String metric) {
    return metrics.get(metric);
  }

  /** The row as a line of a log: one metric, and how fast it was judged. */
  public String summary(String metric) {
    return String.format(
        "%s: %s %.4f, %,d cases at %,.0f/s", name, metric, metric(metric), cases, casesPerSecond());
  }

  /** Target positions judged per second. */
  public double casesPerSecond() {
    return cases / Math.max(seconds, 1e-3);
  }
}
