package io.nightjar.training;

import io.nightjar.LocalSpark;
import io.nightjar.network.Adagrad;
import io.nightjar.network.NetworkShape;
import io.nightjar.network.Objective;
import io.nightjar.network.Regularization;
import io.nightjar.network.StepSettings;
import io.nightjar.network.StockNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.nd4j.linalg.dataset.DataSet;

/** A small world to learn: item i is followed by i + 1, and the last one by the first. */
final class Successors {
  static final int ITEMS = 40;
  static final NetworkShape TIED = new NetworkShape(ITEMS + 1, 16, 16, 1, true);

  private Successors() {}

  /** Sequences of 2 to 8 items. */
  static List<int[]> sequences(int count) {
    SplittableRandom random = new SplittableRandom(3);
    List<int[]> sequences = new ArrayList<>();
    for (int s = 0; s < count; s++) {
      int[] sequence = new int[random.nextInt(2, 9)];
      int item = random.nextInt(ITEMS);
      for (int t = 0; t < sequence.length; t++) {
        sequence[t] = 1 + (item + t) % ITEMS;
      }
      sequences.add(sequence);
    }
    return sequences;
  }

  /**
   * Settings of a training of ten epochs that stops when two bring nothing.
   *
   * @param frequency mini-batches between two averagings
   * @param checkpointEvery rounds
   */
  static TrainingSettings settings(
      int workers, int frequency, double blockMomentum, int checkpointEvery) {
    return new TrainingSettings(
        10,
        8,
        new StepSettings(
            new Objective(Objective.Loss.CROSS_ENTROPY, 20, 0.5, true, false, 0, 1),
            new Regularization(0.1, 0.1, 0, 0, 0),
            new Adagrad(0, 1e-6),
            1,
            3),
        LearningRateSchedule.constant(0.1),
        workers,
        new AveragingSettings(frequency, 1, blockMomentum),
        2,
        checkpointEvery,
        5);
  }

  /** Trains a network in place. */
  static void fit(
      JavaSparkContext spark,
      SparseAveragingTrainingMaster master,
      MultiLayerNetwork network,
      List<int[]> sequences,
      int partitions) {
    JavaRDD<DataSet> batches =
        spark.parallelize(sequences, partitions).mapPartitions(SequenceBatches::encodeAll);
    new SparkDl4jMultiLayer(spark, network, master).fit(batches);
  }

  /**
   * A network that has learned the world, by two workers in the test's own session.
   *
   * @param frequency mini-batches between two averagings; 1 makes 130 rounds
   */
  static MultiLayerNetwork trained(int frequency) {
    MultiLayerNetwork network = StockNetwork.create(TIED, 1);
    fit(
        JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext()),
        new SparseAveragingTrainingMaster(settings(2, frequency, 0.3, 1), true),
        network,
        sequences(200),
        3);
    return network;
  }
}
