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
  /** The model_metrics table; the slice {@code all} is everything, and has the 95 % interval. */
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

  private MetricsTable() {}

  /** The rows of these models. */
  public static Dataset<Row> of(SparkSession spark, List<ModelMetrics> models) {
    List<Row> rows = new ArrayList<>();
    for (ModelMetrics model : models) {
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
                        ALL,
                        ALL,
                        model.cases(),
                        value,
                        interval == null ? null : interval.low(),
                        interval == null ? null : interval.high()));
              });
      model
          .slices()
          .forEach(
              (slice, sums) ->
                  sums.means()
                      .forEach(
                          (metric, value) ->
                              rows.add(
                                  RowFactory.create(
                                      model.name(),
                                      metric,
                                      slice.dimension(),
                                      slice.name(),
                                      sums.cases(),
                                      value,
                                      null,
                                      null))));
    }
    return spark.createDataFrame(rows, SCHEMA);
  }
}
