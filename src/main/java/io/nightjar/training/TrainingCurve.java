package io.nightjar.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** How training went, epoch by epoch. */
public record TrainingCurve(List<Epoch> epochs) {
  /** The training curve table. */
  public static final StructType SCHEMA =
      new StructType()
          .add("epoch", DataTypes.IntegerType, false)
          .add("loss", DataTypes.DoubleType, false)
          .add("validation_mrr_20", DataTypes.DoubleType, true)
          .add("events", DataTypes.LongType, false)
          .add("events_per_s", DataTypes.DoubleType, false)
          .add("broadcast_s", DataTypes.DoubleType, false)
          .add("compute_s", DataTypes.DoubleType, false)
          .add("aggregate_s", DataTypes.DoubleType, false);

  /**
   * One pass over the training sequences.
   *
   * @param epoch from 1
   * @param loss mean over what was trained on: nats per event by sparse-averaging, per sequence by
   *     dl4j
   * @param validationMrr20 MRR@20 on the validation part; null without one
   * @param events targets trained on
   * @param broadcastSeconds to hand out the parameters; 0 where the master does not say
   * @param computeSeconds of the workers
   * @param aggregateSeconds to collect and average; 0 where the master does not say
   */
  public record Epoch(
      int epoch,
      double loss,
      Double validationMrr20,
      long events,
      double broadcastSeconds,
      double computeSeconds,
      double aggregateSeconds) {

    static Epoch of(EpochReport report, OptionalDouble validation) {
      return new Epoch(
          report.epoch(),
          report.loss(),
          validation.isPresent() ? validation.getAsDouble() : null,
          report.events(),
          report.broadcastSeconds(),
          report.computeSeconds(),
          report.aggregateSeconds());
    }

    /** Wall-clock time, validation not counted. */
    public double seconds() {
      return broadcastSeconds + computeSeconds + aggregateSeconds;
    }

    /** Targets trained on per second of wall-clock time, validation not counted. */
    public double eventsPerSecond() {
      return events / seconds();
    }
  }

  /** The epoch that did best on the validation part; the last one without a validation part. */
  public int bestEpoch() {
    return epochs.stream()
        .filter(epoch -> epoch.validationMrr20() != null)
        .max(Comparator.comparing(Epoch::validationMrr20))
        .map(Epoch::epoch)
        .orElse(epochs.size());
  }

  /** The curve as a line of JSON, for a checkpoint. */
  String toText() {
    try {
      return new ObjectMapper().writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an epoch is plain numbers", e);
    }
  }

  /** The curve that {@link #toText} wrote. */
  static TrainingCurve ofText(String text) throws IOException {
    return new ObjectMapper().readValue(text, TrainingCurve.class);
  }

  /** Copies the epochs. */
  public TrainingCurve {
    epochs = List.copyOf(epochs);
  }

  /** The curve as a table, one row per epoch. */
  public Dataset<Row> table(SparkSession spark) {
    return spark.createDataFrame(
        epochs.stream()
            .map(
                epoch ->
                    RowFactory.create(
                        epoch.epoch(),
                        epoch.loss(),
                        epoch.validationMrr20(),
                        epoch.events(),
                        epoch.eventsPerSecond(),
                        epoch.broadcastSeconds(),
                        epoch.computeSeconds(),
                        epoch.aggregateSeconds()))
            .toList(),
        SCHEMA);
  }
}
