package io.nightjar.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightjar.network.NegativeSampler;
import io.nightjar.network.NetworkParameters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Trains a {@link io.nightjar.network.StockNetwork} on data sets of {@link SequenceBatches}, in
 * order of time, by rounds of parameter averaging: in each round every worker trains alone on its
 * part of a slice of time, then LSTM weights are averaged by examples and item rows by touches.
 * Only rows that a worker touched travel back.
 *
 * <p>The same seed, data and number of workers give the same model, bit for bit, whichever tasks
 * had to be repeated.
 */
public final class SparseAveragingTrainingMaster extends DataSetTrainingMaster {

  /**
   * A loss of so many nats is that of no useful model: the uniform guess among 16 million items
   * costs 17.
   */
  private static final double EXPLODED_LOSS_NATS = 1000;

  private final TrainingSettings settings;
  private final boolean tiedWeights;
  private TrainingObserver observer = TrainingObserver.none();
  private CheckpointStore checkpoints;
  private long[] itemCounts;
  private TrainingState warmState;
  private TrainingState outcome;
  private TrainingCurve curve = new TrainingCurve(List.of());

  /**
   * @param tiedWeights whether input and output share one vector per item; the stock network then
   *     holds it twice
   */
  public SparseAveragingTrainingMaster(TrainingSettings settings, boolean tiedWeights) {
    this.settings = settings;
    this.tiedWeights = tiedWeights;
  }

  /** Has somebody watch and judge. */
  public SparseAveragingTrainingMaster observedBy(TrainingObserver newObserver) {
    observer = newObserver;
    return this;
  }

  /** Keeps checkpoints, and resumes from one if there is. */
  public SparseAveragingTrainingMaster withCheckpoints(CheckpointStore store) {
    checkpoints = store;
    return this;
  }

  /**
   * Draws negatives by these counts and not by those of the training sequences, {@code
   * [vocabularySize]}: for a night's update, whose sequences do not know most of the catalogue.
   */
  public SparseAveragingTrainingMaster withItemCounts(long[] counts) {
    itemCounts = counts;
    return this;
  }

  /**
   * Goes on from a state and not from the network's parameters: for a warm start with the
   * optimizer's memory.
   */
  public SparseAveragingTrainingMaster startingFrom(TrainingState state) {
    warmState = state;
    return this;
  }

  /**
   * Parameters and optimizer state at the end of the training; the parameters are those written to
   * the network.
   */
  public TrainingState outcome() {
    return outcome;
  }

  /** How training went, with the epochs before a checkpoint that it resumed from. */
  public TrainingCurve curve() {
    return curve;
  }

  @Override
  public void executeTraining(SparkDl4jMultiLayer network, JavaRDD<DataSet> batches) {
    JavaSparkContext spark = network.getSparkContext();
    TrainingState start = startState(network);
    int vocabularySize = start.parameters().shape().vocabularySize();
    int workers = settings.workers() == 0 ? spark.defaultParallelism() : settings.workers();
    String description = spark.getLocalProperty(JOB_DESCRIPTION);
    spark.setLocalProperty(JOB_DESCRIPTION, "train: deal out the sequences");
    try (WorkerShares shares =
        WorkerShares.deal(batches, workers, settings.batch(), vocabularySize)) {
      long[] counts = itemCounts == null ? shares.itemCounts() : itemCounts;
      NegativeSampler sampler =
          new NegativeSampler(counts, settings.step().objective().sampleAlpha());
      try (ParameterExchange exchange = ParameterExchange.open(spark, sampler, vocabularySize)) {
        TrainingProgress progress = train(spark, shares, exchange, start);
        progress.outcome().writeTo(network.getNetwork());
        outcome = new TrainingState(progress.outcome(), progress.state().optimizer());
        curve = progress.curve();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a checkpoint could not be written or read", e);
    } finally {
      spark.setLocalProperty(JOB_DESCRIPTION, description);
    }
  }

  private TrainingProgress train(
      JavaSparkContext spark, WorkerShares shares, ParameterExchange exchange, TrainingState start)
      throws IOException {
    TrainingProgress progress =
        checkpoints == null
            ? begin(start, shares.workers())
            : checkpoints.resume(() -> begin(copy(start), shares.workers()));
    RoundPlan plan = new RoundPlan(shares.batchesPerWorker(), settings.averaging());
    List<RoundReport> reports = new ArrayList<>();
    while (progress.epoch() < settings.epochs() && !hasLostPatience(progress)) {
      Round round = plan.round(progress.epoch(), progress.round());
      spark.setLocalProperty(JOB_DESCRIPTION, round.description());
      RoundReport report = trainRound(round, shares, exchange, progress);
      reports.add(report);
      observer.roundEnded(report);
      if (round.isLast()) {
        spark.setLocalProperty(JOB_DESCRIPTION, "train: validate epoch " + (round.epoch() + 1));
        EpochReport epoch = EpochReport.of(round.epoch() + 1, settings.epochs(), reports);
        progress.judge(epoch, observer.epochEnded(epoch, progress.state().parameters()));
        reports.clear();
      }
      if (checkpoints != null && isCheckpointDue(round)) {
        checkpoints.save(progress);
      }
    }
    return progress;
  }

  private RoundReport trainRound(
      Round round, WorkerShares shares, ParameterExchange exchange, TrainingProgress progress)
      throws IOException {
    TrainingState before = progress.state();
    long start = System.nanoTime();
    exchange.share(before);
    double broadcastSeconds = (System.nanoTime() - start) / 1e9;
    Worker worker = new Worker(settings, round, shares.workers(), shares.batches());
    ParameterExchange.Averaged averaged = exchange.run(shares.shares(), worker::train);
    long computed = System.nanoTime();
    double loss = 0;
    long events = 0;
    if (averaged.update() != null) {
      events = averaged.update().events();
      loss = averaged.update().lossSum() / events;
      stopIfDiverged(round, loss, worker.learningRate());
      if (progress.momentum() != null) {
        progress.momentum().accelerate(before, averaged.update());
      }
    }
    progress.advance(
        round, averaged.update() == null ? before : Averaging.apply(before, averaged.update()));
    if (round.isLast() && !progress.state().parameters().isFinite()) {
      stopIfDiverged(round, Double.NaN, worker.learningRate());
    }
    return new RoundReport(
        round.epoch() + 1,
        settings.epochs(),
        round.index() + 1,
        round.rounds(),
        loss,
        events,
        worker.learningRate(),
        broadcastSeconds,
        averaged.computeSeconds(),
        averaged.aggregateSeconds() + (System.nanoTime() - computed) / 1e9);
  }

  private void stopIfDiverged(Round round, double loss, double learningRate) throws IOException {
    if (!Double.isFinite(loss) || loss > EXPLODED_LOSS_NATS) {
      throw new NonFiniteLossException(
          round.epoch() + 1,
          round.index() + 1,
          loss,
          learningRate,
          checkpoints == null ? null : checkpoints.newest());
    }
  }

  private boolean hasLostPatience(TrainingProgress progress) {
    return settings.patience() > 0 && progress.epochsWithoutGain() >= settings.patience();
  }

  private boolean isCheckpointDue(Round round) {
    int every = settings.checkpointEveryRounds();
    return round.isLast() || (every > 0 && (round.index() + 1) % every == 0);
  }

  private TrainingState startState(SparkDl4jMultiLayer network) {
    return warmState != null
        ? warmState
        : TrainingState.fresh(
            NetworkParameters.from(network.getNetwork(), tiedWeights), settings.step().optimizer());
  }

  private TrainingProgress begin(TrainingState start, int workers) {
    double momentum = settings.averaging().momentumFor(workers);
    return new TrainingProgress(start, momentum > 0 ? new BlockMomentum(momentum, start) : null);
  }

  private static TrainingState copy(TrainingState state) {
    return new TrainingState(state.parameters().copy(), state.optimizer().copy());
  }

  @Override
  public String toJson() {
    try {
      return new ObjectMapper().writeValueAsString(settings);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("settings are plain values", e);
    }
  }
}
