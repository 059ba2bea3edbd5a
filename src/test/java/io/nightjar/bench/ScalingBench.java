package io.nightjar.bench;

import io.nightjar.network.Adagrad;
import io.nightjar.network.NetworkParameters;
import io.nightjar.network.NetworkShape;
import io.nightjar.network.Objective;
import io.nightjar.network.Regularization;
import io.nightjar.network.SequenceEncoder;
import io.nightjar.network.StepSettings;
import io.nightjar.network.StockNetwork;
import io.nightjar.training.AveragingSettings;
import io.nightjar.training.LearningRateSchedule;
import io.nightjar.training.RoundReport;
import io.nightjar.training.SequenceBatches;
import io.nightjar.training.SparseAveragingTrainingMaster;
import io.nightjar.training.TrainingObserver;
import io.nightjar.training.TrainingSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;

/**
 * Speed and quality on rsc15 at 1, 2, 4 and 8 workers: one Spark task per worker, as many at a time
 * as there are cores. One training before that is not measured: while the JIT compiles, it takes a
 * core from two workers, but none from one. Prints one JSON object, last.
 */
public final class ScalingBench {

  private ScalingBench() {}

  /**
   * @param options {@code --train NAME --test NAME --workers 1,2,4,8 --epochs N --seed N}
   */
  public static void main(String[] options) {
    BenchOptions given = new BenchOptions(options);
    SessionData data =
        SessionData.rsc15(given.text("train", "train_full"), given.text("test", "test"));
    measure(data, Runtime.getRuntime().availableProcessors(), given);
    List<String> rows = new ArrayList<>();
    for (String workers : given.text("workers", "1,2,4,8").split(",", -1)) {
      rows.add(measure(data, Integer.parseInt(workers), given));
    }
    System.out.println("{\"bench\":\"scaling\",\"runs\":[" + String.join(",", rows) + "]}");
  }

  private static String measure(SessionData data, int workers, BenchOptions given) {
    int cores =
        Math.min(workers, given.integer("cores", Runtime.getRuntime().availableProcessors()));
    NetworkShape shape =
        new NetworkShape(
            data.vocabularySize(),
            given.integer("hidden", 128),
            given.integer("hidden", 128),
            1,
            true);
    TrainingSettings settings = settings(workers, given);
    RoundTotals totals = new RoundTotals();
    try (JavaSparkContext spark = BenchSession.context(cores)) {
      MultiLayerNetwork network = StockNetwork.create(shape, settings.seed());
      SparseAveragingTrainingMaster master =
          new SparseAveragingTrainingMaster(settings, true).observedBy(totals);
      long start = System.nanoTime();
      new SparkDl4jMultiLayer(spark, network, master)
          .fit(
              spark
                  .parallelize(Arrays.asList(data.train()), cores)
                  .mapPartitions(SequenceBatches::encodeAll));
      double seconds = (System.nanoTime() - start) / 1e9;
      RankingQuality quality =
          RankingQuality.of(
              new SequenceEncoder(NetworkParameters.from(network, true)),
              data.test(),
              false,
              false);
      System.err.printf("%d workers: %.1f s, %s%n", workers, seconds, quality);
      return String.format(
          Locale.ROOT,
          "{\"workers\":%d,\"cores\":%d,\"seconds\":%.1f,\"events_per_s\":%.0f,"
              + "\"broadcast_s\":%.2f,\"compute_s\":%.2f,\"aggregate_s\":%.2f,\"rounds\":%d,"
              + "\"recall@20\":%.4f,\"mrr@20\":%.4f,\"recall@10\":%.4f}",
          workers,
          cores,
          seconds,
          totals.events / totals.seconds(),
          totals.broadcast,
          totals.compute,
          totals.aggregate,
          totals.rounds,
          quality.recall20(),
          quality.mrr20(),
          quality.recall10());
    }
  }

  private static TrainingSettings settings(int workers, BenchOptions given) {
    return new TrainingSettings(
        given.integer("epochs", 8),
        given.integer("batch", 16),
        new StepSettings(
            new Objective(
                Objective.Loss.valueOf(given.text("loss", "BPR_MAX")),
                given.integer("negatives", 2048),
                given.number("alpha", 0.5),
                true,
                false,
                given.number("bpreg", 1),
                given.number("elu", 0.5)),
            new Regularization(
                given.number("embedding-dropout", 0.3),
                given.number("hidden-dropout", 0.45),
                0,
                0,
                0),
            new Adagrad(0, 1e-6),
            given.number("lstm-rate", 0.2),
            given.integer("bptt", 1)),
        LearningRateSchedule.constant(given.number("learning-rate", 0.2)),
        workers,
        new AveragingSettings(
            given.integer("frequency", TrainingSettings.defaults().averaging().frequency()),
            given.number("growth", 1),
            given.number("momentum", 0.9)),
        0,
        0,
        given.integer("seed", 1));
  }

  /**
   * Sums over the rounds after the first epoch, or after the first round where there is one epoch
   * only: before, the JIT compiles, on a core that a second worker would have.
   */
  static final class RoundTotals implements TrainingObserver {
    private long events;
    private int rounds;
    private double broadcast;
    private double compute;
    private double aggregate;

    @Override
    public void roundEnded(RoundReport report) {
      boolean warm = report.epochs() == 1 ? report.round() > 1 : report.epoch() > 1;
      if (warm) {
        events += report.events();
        broadcast += report.broadcastSeconds();
        compute += report.computeSeconds();
        aggregate += report.aggregateSeconds();
        rounds++;
      }
    }

    double seconds() {
      return broadcast + compute + aggregate;
    }

    double computeShare() {
      return compute / seconds();
    }

    long events() {
      return events;
    }
  }
}
