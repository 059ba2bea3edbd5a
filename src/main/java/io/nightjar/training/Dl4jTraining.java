package io.nightjar.training;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.Repartition;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.nd4j.linalg.dataset.DataSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * Trains with dl4j-spark's own master: full softmax over the vocabulary, plain averaging of all
 * parameters and of the updater's state. The reference for small vocabularies.
 *
 * <p>A round is a slice of time that the workers share, mini-batch by mini-batch. dl4j-spark is
 * given one round at a time: given a whole epoch, it would deal it out at random, and read all of
 * it again for every round. With one or two workers the same seed gives the same model; with more,
 * dl4j-spark adds their parameters in order of arrival, and the last digits vary.
 */
public final class Dl4jTraining {
  private static final Logger LOG = LoggerFactory.getLogger(Dl4jTraining.class);
  private static final double NANOS_PER_SECOND = 1e9;

  private final JavaSparkContext spark;
  private final TrainingSettings training;
  private final long seed;
  private final Clock clock;

  public Dl4jTraining(JavaSparkContext spark, TrainingSettings training, long seed, Clock clock) {
    this.spark = spark;
    this.training = training;
    this.seed = seed;
    this.clock = clock;
  }

  /**
   * Trains the network in place.
   *
   * @param sequences item indices, at least two each, in order of time
   * @param vocabularySize rows of the network's softmax
   * @throws TrainingException if the loss or a parameter is no number any more
   */
  public TrainingCurve train(
      MultiLayerNetwork network, JavaRDD<int[]> sequences, int vocabularySize, int workers) {
    JavaRDD<int[]> dealt = deal(sequences, workers).cache();
    long events = dealt.map(items -> items.length - 1L).fold(0L, Long::sum);
    int sequencesPerRound = training.batch() * training.averaging().frequency();
    int rounds = roundsOf(dealt, sequencesPerRound);
    OneHotBatches batches = new OneHotBatches(vocabularySize, training.batch());

    List<TrainingCurve.Epoch> epochs = new ArrayList<>();
    for (int epoch = 1; epoch <= training.epochs(); epoch++) {
      Instant start = clock.instant();
      double losses = 0;
      for (int round = 0; round < rounds; round++) {
        spark.setJobDescription(
            "train: epoch " + epoch + ", round " + (round + 1) + " of " + rounds);
        int first = round * sequencesPerRound;
        JavaRDD<DataSet> slice =
            dealt.mapPartitions(all -> batches.of(slice(all, first, sequencesPerRound)), true);
        long roundSeed = seed * training.epochs() * rounds + (long) epoch * rounds + round;
        SparkDl4jMultiLayer spreading =
            new SparkDl4jMultiLayer(spark, network, master(workers, roundSeed));
        spreading.fit(slice);
        losses += spreading.getScore();
      }
      double seconds = Duration.between(start, clock.instant()).toNanos() / NANOS_PER_SECOND;
      double loss = losses / rounds;
      LOG.info(
          String.format(
              "epoch %d of %d: loss %.3f, %,.0f events/s",
              epoch, training.epochs(), loss, events / seconds));
      requireFinite(network, loss, epoch);
      epochs.add(new TrainingCurve.Epoch(epoch, loss, null, events, 0, seconds, 0));
    }
    spark.setJobDescription(null);
    dealt.unpersist();
    return new TrainingCurve(epochs);
  }

  /**
   * Deals the sequences out to the workers a mini-batch at a time, each worker's in order of time.
   */
  private JavaRDD<int[]> deal(JavaRDD<int[]> sequences, int workers) {
    int batch = training.batch();
    return sequences
        .zipWithIndex()
        .mapToPair(Tuple2::swap)
        .repartitionAndSortWithinPartitions(new MiniBatchDealer(workers, batch))
        .values();
  }

  private static int roundsOf(JavaRDD<int[]> dealt, int sequencesPerRound) {
    int longest =
        dealt
            .mapPartitions(
                all -> {
                  int count = 0;
                  for (; all.hasNext(); all.next()) {
                    count++;
                  }
                  return List.of(count).iterator();
                })
            .reduce(Math::max);
    return (longest + sequencesPerRound - 1) / sequencesPerRound;
  }

  private static Iterator<int[]> slice(Iterator<int[]> all, int first, int count) {
    List<int[]> slice = new ArrayList<>();
    for (int position = 0; all.hasNext() && position < first + count; position++) {
      int[] sequence = all.next();
      if (position >= first) {
        slice.add(sequence);
      }
    }
    return slice.iterator();
  }

  private void requireFinite(MultiLayerNetwork network, double loss, int epoch) {
    // DL4J clips the softmax, so that a network full of NaN still has a loss.
    if (!Double.isFinite(loss) || !Double.isFinite(network.params().sumNumber().doubleValue())) {
      throw new TrainingException(
          "Training left the numbers in epoch "
              + epoch
              + " (loss "
              + loss
              + ") at nightjar.training.learning-rate = "
              + training.learningRate().peak()
              + "; lower it.");
    }
  }

  private ParameterAveragingTrainingMaster master(int workers, long roundSeed) {
    ParameterAveragingTrainingMaster master =
        new ParameterAveragingTrainingMaster.Builder(workers, training.batch())
            .batchSizePerWorker(training.batch())
            // The default writes every mini-batch to the default file system first.
            .rddTrainingApproach(RDDTrainingApproach.Direct)
            .averagingFrequency(training.averaging().frequency())
            .workerPrefetchNumBatches(0)
            .saveUpdater(true)
            .rngSeed(roundSeed)
            // The partitions are the workers' already, in order of time.
            .repartionData(Repartition.Never)
            // One-hot labels are cheaper to make again than to keep, and kept they would be trained
            // on
            // by
            // another thread than the one whose dropout was seeded.
            .storageLevel(null)
            .build();
    // The builder forgets its training hooks.
    master.addHook(new SeededDropout(roundSeed));
    return master;
  }
}
