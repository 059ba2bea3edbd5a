package io.nightjar.bench;

import io.nightjar.network.Adagrad;
import io.nightjar.network.NetworkShape;
import io.nightjar.network.Objective;
import io.nightjar.network.Regularization;
import io.nightjar.network.StepSettings;
import io.nightjar.network.StockNetwork;
import io.nightjar.training.AveragingSettings;
import io.nightjar.training.LearningRateSchedule;
import io.nightjar.training.SequenceBatches;
import io.nightjar.training.SparseAveragingTrainingMaster;
import io.nightjar.training.TrainingSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Events per second of sparse-averaging, of dl4j-spark's own master on the same shapes, and of the
 * step's matrix products alone. Items follow a Zipf law. Prints one JSON object, last.
 */
public final class TrainBench {

  private static final int DL4J_BATCHES = 4;

  private TrainBench() {}

  /**
   * @param options {@code --items --hidden --negatives --batch --length --workers --seconds}, and
   *     {@code --dl4j false} to leave DL4J out
   */
  public static void main(String[] options) {
    BenchOptions given = new BenchOptions(options);
    int items = given.integer("items", 50_000);
    int hidden = given.integer("hidden", 128);
    int workers = given.integer("workers", Runtime.getRuntime().availableProcessors());
    GemmBound shapes =
        new GemmBound(
            given.integer("batch", 64),
            given.integer("length", 20),
            hidden,
            given.integer("negatives", 1024));
    double seconds = given.number("seconds", 24);
    try (JavaSparkContext spark = BenchSession.context(workers)) {
      double boundBefore = shapes.eventsPerSecond(workers, seconds / 4);
      ScalingBench.RoundTotals totals =
          sparseAveraging(spark, shapes, items, workers, seconds, boundBefore);
      double events = totals.events() / totals.seconds();
      double bound = (boundBefore + shapes.eventsPerSecond(workers, seconds / 4)) / 2;
      double dl4j =
          Boolean.parseBoolean(given.text("dl4j", Boolean.toString(items <= 20_000)))
              ? dl4j(spark, shapes, items, workers)
              : 0;
      System.out.printf(
          Locale.ROOT,
          "{\"bench\":\"train\",\"items\":%d,\"hidden\":%d,\"negatives\":%d,\"batch\":%d,"
              + "\"length\":%d,\"workers\":%d,\"events_per_s\":%.0f,\"dl4j_events_per_s\":%s,"
              + "\"times_dl4j\":%s,\"sgemm_gflops\":%.1f,\"bound_events_per_s\":%.0f,"
              + "\"fraction_of_bound\":%.3f,\"compute_share\":%.3f}%n",
          items,
          hidden,
          shapes.negatives(),
          shapes.batch(),
          shapes.length(),
          workers,
          events,
          dl4j == 0 ? "null" : String.format(Locale.ROOT, "%.0f", dl4j),
          dl4j == 0 ? "null" : String.format(Locale.ROOT, "%.1f", events / dl4j),
          bound * shapes.flopsPerEvent() / 1e9,
          bound,
          events / bound,
          totals.computeShare());
    }
  }

  private static ScalingBench.RoundTotals sparseAveraging(
      JavaSparkContext spark,
      GemmBound shapes,
      int items,
      int workers,
      double seconds,
      double expectedRate) {
    NetworkShape shape = new NetworkShape(items + 1, shapes.hidden(), shapes.hidden(), 1, true);
    int rounds = 4;
    int batches =
        Math.max(
            8,
            (int) (seconds * expectedRate / (rounds * workers * shapes.batch() * shapes.length())));
    TrainingSettings settings =
        new TrainingSettings(
            1,
            shapes.batch(),
            new StepSettings(
                new Objective(
                    Objective.Loss.CROSS_ENTROPY, shapes.negatives(), 0.5, true, false, 0, 1),
                Regularization.NONE,
                new Adagrad(0, 1e-6),
                1,
                shapes.length()),
            LearningRateSchedule.constant(0.05),
            workers,
            new AveragingSettings(batches, 1, 0),
            0,
            0,
            1);
    ScalingBench.RoundTotals totals = new ScalingBench.RoundTotals();
    JavaRDD<DataSet> data =
        sequences(spark, shapes, items, workers, rounds * batches * workers * shapes.batch())
            .mapPartitions(SequenceBatches::encodeAll);
    MultiLayerNetwork network = StockNetwork.create(shape, 1);
    new SparkDl4jMultiLayer(
            spark, network, new SparseAveragingTrainingMaster(settings, true).observedBy(totals))
        .fit(data);
    return totals;
  }

  private static double dl4j(JavaSparkContext spark, GemmBound shapes, int items, int workers) {
    NetworkShape shape = new NetworkShape(items + 1, shapes.hidden(), shapes.hidden(), 1, false);
    List<int[]> sequences =
        sequences(spark, shapes, items, workers, workers * DL4J_BATCHES * shapes.batch()).collect();
    List<DataSet> batches =
        IntStream.range(0, workers * DL4J_BATCHES)
            .mapToObj(
                i -> oneHot(sequences.subList(i * shapes.batch(), (i + 1) * shapes.batch()), items))
            .toList();
    ParameterAveragingTrainingMaster master =
        new ParameterAveragingTrainingMaster.Builder(workers, 1)
            .rngSeed(1)
            .saveUpdater(true)
            .averagingFrequency(DL4J_BATCHES)
            .batchSizePerWorker(shapes.batch())
            .workerPrefetchNumBatches(0)
            .build();
    MultiLayerNetwork network = StockNetwork.create(shape, 1);
    SparkDl4jMultiLayer driver = new SparkDl4jMultiLayer(spark, network, master);
    driver.fit(spark.parallelize(batches.subList(0, workers), workers));
    long start = System.nanoTime();
    driver.fit(spark.parallelize(batches, workers));
    double events = (double) batches.size() * shapes.batch() * shapes.length();
    return events / ((System.nanoTime() - start) / 1e9);
  }

  private static DataSet oneHot(List<int[]> sequences, int items) {
    int steps = sequences.get(0).length - 1;
    INDArray features = Nd4j.zeros(sequences.size(), steps);
    INDArray labels = Nd4j.zeros(sequences.size(), items + 1, steps);
    for (int row = 0; row < sequences.size(); row++) {
      for (int t = 0; t < steps; t++) {
        features.putScalar(row, t, sequences.get(row)[t]);
        labels.putScalar(row, sequences.get(row)[t + 1], t, 1);
      }
    }
    return new DataSet(features, labels);
  }

  /** Sequences of {@code length + 1} items drawn by a Zipf law. */
  private static JavaRDD<int[]> sequences(
      JavaSparkContext spark, GemmBound shapes, int items, int partitions, int count) {
    int length = shapes.length() + 1;
    List<Integer> parts = IntStream.range(0, partitions).boxed().toList();
    return spark
        .parallelize(parts, partitions)
        .flatMap(
            part -> {
              double[] cumulative = new double[items + 1];
              for (int i = 1; i <= items; i++) {
                cumulative[i] = cumulative[i - 1] + 1.0 / (i + 10);
              }
              SplittableRandom random = new SplittableRandom(part);
              return IntStream.range(0, count / partitions)
                  .mapToObj(i -> drawn(cumulative, length, random))
                  .iterator();
            });
  }

  private static int[] drawn(double[] cumulative, int length, SplittableRandom random) {
    int[] sequence = new int[length];
    int items = cumulative.length - 1;
    for (int t = 0; t < length; t++) {
      int found = Arrays.binarySearch(cumulative, random.nextDouble() * cumulative[items]);
      sequence[t] = Math.min(items, Math.max(1, found < 0 ? -found - 1 : found));
    }
    return sequence;
  }
}
