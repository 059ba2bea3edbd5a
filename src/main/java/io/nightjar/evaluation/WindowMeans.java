package io.nightjar.evaluation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One model's metrics over several test windows; every window weighs the same, however many cases
 * it has.
 *
 * @param windows how many judged the model: a blend is only where its window's validation part
 *     found it better than one model
 * @param cases of these windows together
 * @param means by metric
 * @param deviations sample standard deviations (n - 1) by metric; empty for a single window
 */
public record WindowMeans(
    String model,
    int windows,
    long cases,
    Map<String, Double> means,
    Map<String, Double> deviations) {

  /**
   * Of all models: those of the newest window in its order, then those that only earlier ones had.
   */
  public static List<WindowMeans> of(List<WindowMetrics> windows) {
    Map<String, List<ModelMetrics>> byModel = new LinkedHashMap<>();
    for (int w = windows.size() - 1; w >= 0; w--) {
      for (ModelMetrics row : windows.get(w).models()) {
        byModel.computeIfAbsent(row.name(), name -> new ArrayList<>()).add(row);
      }
    }
    return byModel.values().stream().map(WindowMeans::ofRows).toList();
  }

  private static WindowMeans ofRows(List<ModelMetrics> rows) {
    Map<String, Double> means = new LinkedHashMap<>();
    Map<String, Double> deviations = new LinkedHashMap<>();
    for (String metric : rows.get(0).metrics().keySet()) {
      double[] values = rows.stream().mapToDouble(row -> row.metric(metric)).toArray();
      double sum = 0;
      for (double value : values) {
        sum += value;
      }
      double mean = sum / values.length;
      means.put(metric, mean);
      if (values.length > 1) {
        double squares = 0;
        for (double value : values) {
          squares += (value - mean) * (value - mean);
        }
        deviations.put(metric, Math.sqrt(squares / (values.length - 1)));
      }
    }
    return new WindowMeans(
        rows.get(0).name(),
        rows.size(),
        rows.stream().mapToLong(ModelMetrics::cases).sum(),
        means,
        deviations);
  }
}
