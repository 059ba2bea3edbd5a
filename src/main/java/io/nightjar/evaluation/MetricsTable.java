package io.nightjar.evaluation;

import io.nightjar.evaluation.Bootstrap.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** What was judged as a table: one row per model, metric and slice. */
public final class MetricsTable {
  /**
   * The model_metrics table. The slice {@code all} is everything; it and the slices of the
   * dimension {@code window}, the days of each test window, have the 95 % interval. The dimension
   * {@code windows} has the slices {@code mean} and {@code deviation} over the test windows.
   */
  public static final StructType SCHEMA =
      new StructType()
          .add("model", DataTypes.StringType, false)
          .add("metric", DataTypes.StringType, false)
          .add("dimension", DataTypes.StringType, false)
          .add("slice", DataTypes.StringType, false)
          .add("cases", DataTypes.LongType, false)
          .add("value", DataTypes.DoubleType, false)
          .add("low", DataTypes.DoubleType, true)
          .add("high", DataTypes.DoubleType, true);

  private static final String ALL = "all";
  private static final String WINDOW = "window";
  private static final String WINDOWS = "windows";

  private final List<Row> rows = new ArrayList<>();

  private MetricsTable() {}

  /**
   * The rows of these models.
   *
   * @param windows that they were judged on too; may be empty
   */
  public static Dataset<Row> of(
      SparkSession spark, List<ModelMetrics> models, List<WindowMetrics> windows) {
    MetricsTable table = new MetricsTable();
    for (ModelMetrics model : models) {
      table.addOverall(model, ALL, ALL);
      model
          .slices()
          .forEach(
              (slice, sums) ->
                  table.add(
                      model.name(), slice.dimension(), slice.name(), sums.cases(), sums.means()));
    }
    for (WindowMetrics window : windows) {
      window.models().forEach(model -> table.addOverall(model, WINDOW, window.window().days()));
    }
    for (WindowMeans model : WindowMeans.of(windows)) {
      table.add(model.model(), WINDOWS, "mean", model.cases(), model.means());
      table.add(model.model(), WINDOWS, "deviation", model.cases(), model.deviations());
    }
    return spark.createDataFrame(table.rows, SCHEMA);
  }

  private void addOverall(ModelMetrics model, String dimension, String slice) {
    Map<String, Interval> intervals = model.bootstrap().intervals();
    model
        .metrics()
        .forEach(
            (metric, value) -> {
              Interval interval = intervals.get(metric);
              rows.add(
                  RowFactory.create(
                      model.name(),
                      metric,
                      dimension,
                      slice,
                      model.cases(),
                      value,
                      interval == null ? null : interval.low(),
                      interval == null ? null : interval.high()));
            });
  }

  private void add(
      String model, String dimension, String slice, long cases, Map<String, Double> metrics) {
    metrics.forEach(
        (metric, value) ->
            rows.add(RowFactory.create(model, metric, dimension, slice, cases, value, null, null)));
  }
}
