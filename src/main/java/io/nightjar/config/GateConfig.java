package io.nightjar.config;

import java.util.List;

/**
 * What a new model has to reach before it is used.
 *
 * @param metric the one that decides, like {@code ndcg@20}
 * @param margin share by which it must be above every baseline's
 * @param tolerance share of it that may be lost against the model in use
 * @param coverageTolerance share of the catalogue coverage that may be lost against it
 */
public record GateConfig(String metric, double margin, double tolerance, double coverageTolerance) {
  private static final List<String> METRICS =
      List.of("recall", "precision", "f1", "mrr", "ndcg", "map");

  static GateConfig from(Section section, List<Integer> ks) {
    String metric = section.nonEmptyText("metric");
    List<String> known =
        METRICS.stream().flatMap(name -> ks.stream().map(k -> name + "@" + k)).toList();
    if (!known.contains(metric)) {
      throw section.wrong(
          "metric",
          metric,
          "one of " + METRICS + " with one of evaluation.k, like ndcg@" + ks.get(0));
    }
    return new GateConfig(
        metric,
        section.number("margin", 0, 10),
        section.fraction("tolerance"),
        section.fraction("coverage-tolerance"));
  }
}
