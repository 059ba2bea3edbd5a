package io.nightjar.training;

import io.nightjar.config.TrainingConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.api.Repartition;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.nd4j.linalg.dataset.DataSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains with dl4j-spark's own master: full softmax over the vocabulary, plain averaging of all
 * parameters and of the updater's state. The reference for small vocabularies.
 */
public final class Dl4jTraining {
  private static final Logger LOG = LoggerFactory.getLogger(Dl4jTraining.class);
  private static final double NANOS_PER_SECOND = 1e9;

  private final JavaSparkContext spark;
  private final TrainingConfig training;
  private final long seed;
  private final Clock clock;

  public Dl4jTraining(JavaSparkContext spark, TrainingConfig training, long seed, Clock clock) {
    this.spark = spark;
    this.training = training;
    this.seed = seed;
    this.clock = clock;
  }

  /**
   * Trains the network in place.
   *
   * @param sequences item indices, at least two each, in {@code workers} partitions
   * @param vocabularySize rows of the network's softmax
   * @throws TrainingException if the loss is no number any more
   */
  public TrainingCurve train(
      MultiLayerNetwork network, JavaRDD<int[]> sequences, int vocabularySize, int workers) {
    JavaRDD<int[]> cached = sequences.cache();
    long events = cached.map(items -> items.length - 1L).fold(0L, Long::sum);
    OneHotBatches batches = new OneHotBatches(vocabularySize, training.batch());
    JavaRDD<DataSet> dataSets = cached.mapPartitions(batches::of);
    SparkDl4jMultiLayer spreading = new SparkDl4jMultiLayer(spark, network, master(workers));

    List<TrainingCurve.Epoch> epochs = new ArrayList<>();
    for (int epoch = 1; epoch <= training.epochs(); epoch++) {
      spark.setJobDescription("train: epoch " + epoch + " of " + training.epochs());
      Instant start = clock.instant();
      spreading.fit(dataSets);
      double seconds = Duration.between(start, clock.instant()).toNanos() / NANOS_PER_SECOND;
      double loss = spreading.getScore();
      LOG.info(
          String.format(
              "epoch %d of %d: loss %.3f, %,.0f events/s",
              epoch, training.epochs(), loss, events / seconds));
      if (!Double.isFinite(loss)) {
        throw new TrainingException(
            "The loss of epoch "
                + epoch
                + " is "
                + loss
                + " at nightjar.training.learning-rate = "
                + training.learningRate()
                + "; lower it.");
      }
      epochs.add(new TrainingCurve.Epoch(epoch, loss, events, seconds));
    }
    spark.setJobDescription(null);
    cached.unpersist();
    return new TrainingCurve(epochs);
  }

  private ParameterAveragingTrainingMaster master(int workers) {
    return new ParameterAveragingTrainingMaster.Builder(workers, training.batch())
        .batchSizePerWorker(training.batch())
        .averagingFrequency(training.averagingFrequency())
        .workerPrefetchNumBatches(0)
        .saveUpdater(true)
        .rngSeed(seed)
        // The partitions are the workers' already, in order of time.
        .repartionData(Repartition.Never)
        .storageLevel(StorageLevel.MEMORY_AND_DISK_SER())
        .build();
  }
}
