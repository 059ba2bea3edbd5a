package io.nightjar.training;

import io.nightjar.network.NetworkParameters;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;

/** Trains with {@link SparseAveragingTrainingMaster}, validates every epoch, shows progress. */
public final class SparseAveragingTraining {
  private final JavaSparkContext spark;
  private final TrainingSettings settings;
  private final boolean tiedWeights;
  private final CheckpointStore checkpoints;

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
   * Trains the network in place.
   *
   * @param sequences item indices, at least two each, in order of time
   * @param validation judges parameters after an epoch: MRR@20, or empty without a validation part
   * @param console where progress is shown
   * @throws NonFiniteLossException if the loss is no number any more or exploded
   */
  public TrainingCurve train(
      MultiLayerNetwork network,
      JavaRDD<int[]> sequences,
      Function<NetworkParameters, OptionalDouble> validation,
      PrintStream console)
      throws IOException {
    List<TrainingCurve.Epoch> epochs = new ArrayList<>();
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
            epochs.add(TrainingCurve.Epoch.of(report, score));
            return score;
          }
        };
    SparseAveragingTrainingMaster master =
        new SparseAveragingTrainingMaster(settings, tiedWeights)
            .observedBy(observer)
            .withCheckpoints(checkpoints);
    new SparkDl4jMultiLayer(spark, network, master)
        .fit(sequences.mapPartitions(SequenceBatches::encodeAll));
    return new TrainingCurve(epochs);
  }
}
