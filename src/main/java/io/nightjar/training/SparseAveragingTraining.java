package io.nightjar.training;

import io.nightjar.network.NetworkParameters;
import io.nightjar.network.OptimizerState;
import java.io.PrintStream;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.nd4j.linalg.dataset.DataSet;

/** Trains with {@link SparseAveragingTrainingMaster}, validates every epoch, shows progress. */
public final class SparseAveragingTraining {
  private final JavaSparkContext spark;
  private final TrainingSettings settings;
  private final boolean tiedWeights;
  private final CheckpointStore checkpoints;
  private TrainingState start;
  private long[] counts;

  /**
   * @param checkpoints of this run; a training that was killed goes on from the newest
   */
  public SparseAveragingTraining(
      JavaSparkContext spark,
      TrainingSettings settings,
      boolean tiedWeights,
      CheckpointStore checkpoints) {
    this.spark = spark;
    this.settings = settings;
    this.tiedWeights = tiedWeights;
    this.checkpoints = checkpoints;
  }

  /**
   * How a training ended.
   *
   * @param curve epoch by epoch
   * @param optimizer what it remembers, for a training that goes on from here
   */
  public record Outcome(TrainingCurve curve, OptimizerState optimizer) {}

  /**
   * Goes on from a previous model.
   *
   * @param state its parameters and optimizer, grown to the vocabulary
   * @param itemCounts how often each item was ever seen, {@code [vocabularySize]}: one night's
   *     clicks do not know most of the catalogue, and negatives are to come from all of it
   */
  public SparseAveragingTraining startingFrom(TrainingState state, long[] itemCounts) {
    start = state;
    counts = itemCounts;
    return this;
  }

  /**
   * Trains the network in place.
   *
   * @param batches data sets of {@link SequenceBatches}, in order of time
   * @param validation judges parameters after an epoch: MRR@20, or empty without a validation part
   * @param console where progress is shown
   * @throws NonFiniteLossException if the loss is no number any more or exploded
   */
  public Outcome train(
      MultiLayerNetwork network,
      JavaRDD<DataSet> batches,
      Function<NetworkParameters, OptionalDouble> validation,
      PrintStream console) {
    ProgressDisplay progress = new ProgressDisplay(console);
    TrainingObserver observer =
        new TrainingObserver() {
          @Override
          public void roundEnded(RoundReport report) {
            progress.show(report);
          }

          @Override
          public OptionalDouble epochEnded(EpochReport report, NetworkParameters parameters) {
            OptionalDouble score = validation.apply(parameters);
            progress.show(report, score);
            return score;
          }
        };
    SparseAveragingTrainingMaster master =
        new SparseAveragingTrainingMaster(settings, tiedWeights)
            .observedBy(observer)
            .withCheckpoints(checkpoints)
            .startingFrom(start)
            .withItemCounts(counts);
    new SparkDl4jMultiLayer(spark, network, master).fit(batches);
    return new Outcome(master.curve(), master.outcome().optimizer());
  }
}
