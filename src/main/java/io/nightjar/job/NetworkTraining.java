package io.nightjar.job;

import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.max;

import io.nightjar.config.ConfigurationException;
import io.nightjar.config.ModelConfig;
import io.nightjar.config.TrainingConfig;
import io.nightjar.evaluation.Evaluator;
import io.nightjar.evaluation.JudgeSettings;
import io.nightjar.evaluation.LstmRanker;
import io.nightjar.network.NetworkParameters;
import io.nightjar.network.NetworkShape;
import io.nightjar.network.OptimizerState;
import io.nightjar.network.Regularization;
import io.nightjar.network.SequenceEncoder;
import io.nightjar.network.StockNetwork;
import io.nightjar.training.CheckpointStore;
import io.nightjar.training.Companions;
import io.nightjar.training.Dl4jTraining;
import io.nightjar.training.MemoryEstimate;
import io.nightjar.training.ProcessMemory;
import io.nightjar.training.SequenceBatches;
import io.nightjar.training.SequenceBlock;
import io.nightjar.training.SparseAveragingTraining;
import io.nightjar.training.TrainingCurve;
import io.nightjar.training.TrainingSequences;
import io.nightjar.training.TrainingState;
import io.nightjar.vocabulary.Vocabulary;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trains networks on parts of one night's sequences, cold or from the previous model. */
final class NetworkTraining implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NetworkTraining.class);
  private static final int VALIDATED_LIST_LENGTH = 20;

  private final JobContext context;
  private final JavaSparkContext spark;
  private final NetworkShape shape;
  private final Broadcast<Vocabulary> vocabulary;
  private final Optional<PreviousModel> previous;

  /**
   * A network that was trained.
   *
   * @param optimizer what it remembers; empty for the dl4j master
   */
  record Trained(
      MultiLayerNetwork network, Optional<OptimizerState> optimizer, TrainingCurve curve) {}

  /**
   * @param previous what to go on from; empty to start from random weights
   */
  NetworkTraining(
      JobContext context,
      NetworkShape shape,
      Vocabulary vocabulary,
      Optional<PreviousModel> previous) {
    this.context = context;
    this.shape = shape;
    this.previous = previous;
    spark = JavaSparkContext.fromSparkContext(context.spark().sparkContext());
    this.vocabulary = spark.broadcast(vocabulary);
  }

  /** Size of the configured network over a vocabulary. */
  static NetworkShape shape(ModelConfig model, Vocabulary vocabulary) {
    return new NetworkShape(
        vocabulary.size(), model.embedding(), model.hidden(), model.layers(), model.tieWeights());
  }

  /**
   * Logs what training needs of memory and what there is.
   *
   * @throws ConfigurationException if it cannot fit, with the numbers and the settings to change
   */
  void checkMemory() {
    ProcessMemory memory = ProcessMemory.of(spark);
    int workers = context.config().training().settings().workers();
    int slots = workers == 0 ? spark.defaultParallelism() : workers;
    MemoryEstimate needed =
        MemoryEstimate.of(
            shape,
            context.config().training().settings(),
            context.config().sessions().maxLength(),
            slots,
            Math.min(slots, memory.slots()));
    LOG.info("memory needed: {}", needed);
    LOG.info("memory there is: {}", memory);
    Optional<String> shortage = memory.shortage(needed, Math.min(slots, memory.slots()));
    if (shortage.isPresent()) {
      throw new ConfigurationException(shortage.get());
    }
  }

  /**
   * Trains a network.
   *
   * @param checkpoints names them; a killed training of the same name goes on from the newest
   * @param part to learn from
   * @param validation to choose the best epoch on; empty to train them all
   * @param training for how long at most, and how
   */
  Trained train(
      String checkpoints, Dataset<Row> part, Dataset<Row> validation, TrainingConfig training)
      throws IOException {
    return switch (training.master()) {
      case SPARSE_AVERAGING -> sparseAveraging(checkpoints, part, validation, training);
      case DL4J -> dl4j(part, training);
    };
  }

  /**
   * Trains the network anew, with what was held out to choose the number of epochs.
   *
   * @param checkpoints names them, other than those of the training that chose
   * @param part all there is to learn from
   * @param chosen the curve of the training that chose
   */
  Trained refit(
      String checkpoints, Dataset<Row> part, TrainingCurve chosen, TrainingConfig training)
      throws IOException {
    int epochs = chosen.epochs().isEmpty() ? training.settings().epochs() : chosen.bestEpoch();
    LOG.info("refit: {} epochs, with the validation part", epochs);
    return train(checkpoints, part, part.limit(0), training.forEpochs(epochs));
  }

  /** Time of the newest event of a part; empty if it has none. */
  static Optional<Instant> newestEvent(Dataset<Row> part) {
    Row newest = part.select(max(expr("array_max(times)"))).first();
    return newest.isNullAt(0) ? Optional.empty() : Optional.of(newest.getTimestamp(0).toInstant());
  }

  /** Checkpoints of a training; another configuration or vocabulary passes them over. */
  static CheckpointStore checkpoints(JobContext context, String training, Vocabulary vocabulary) {
    return new CheckpointStore(
        context.warehouse().fileSystem(),
        context.warehouse().partition("_checkpoints", "run", training),
        context.config().fingerprint() + " " + vocabulary.checksum());
  }

  private Trained sparseAveraging(
      String checkpoints, Dataset<Row> part, Dataset<Row> validation, TrainingConfig training)
      throws IOException {
    MultiLayerNetwork network = coldNetwork();
    JavaRDD<SequenceBlock> sequences =
        TrainingSequences.since(part, previous.map(PreviousModel::trainedUntil), vocabulary)
            .persist(StorageLevel.MEMORY_AND_DISK());
    SparseAveragingTraining averaging =
        new SparseAveragingTraining(
            spark,
            training.settings(),
            shape.tiedWeights(),
            checkpoints(context, checkpoints, vocabulary.value()));
    if (previous.isPresent()) {
      TrainingState start = warmState(previous.get(), sequences);
      if (sequences.filter(block -> block.size() > 0).isEmpty()) {
        LOG.info("warm start: no new clicks, the model stays as {}", previous.get().version());
        start.parameters().writeTo(network);
        sequences.unpersist();
        return new Trained(network, Optional.of(start.optimizer()), new TrainingCurve(List.of()));
      }
      averaging.startingFrom(start, vocabulary.value().counts());
    }
    SparseAveragingTraining.Outcome outcome = validated(averaging, network, sequences, validation);
    sequences.unpersist();
    return new Trained(network, Optional.of(outcome.optimizer()), outcome.curve());
  }

  private TrainingState warmState(PreviousModel from, JavaRDD<SequenceBlock> sequences)
      throws IOException {
    int known = from.model().vocabulary().size();
    TrainingState start = from.grown(context, shape, Companions.of(sequences, known));
    LOG.info(
        String.format(
            "warm start: from model %s, trained until %s; %,d new items",
            from.version(), from.trainedUntil(), shape.vocabularySize() - known));
    return start;
  }

  private SparseAveragingTraining.Outcome validated(
      SparseAveragingTraining averaging,
      MultiLayerNetwork network,
      JavaRDD<SequenceBlock> sequences,
      Dataset<Row> validation) {
    Dataset<Row> heldOut = validation.persist(StorageLevel.MEMORY_AND_DISK());
    boolean validates = !heldOut.isEmpty();
    Evaluator evaluator =
        new Evaluator(
            spark,
            new JudgeSettings(
                List.of(VALIDATED_LIST_LENGTH),
                context.config().evaluation().ties(),
                context.config().evaluation().excludeSeen(),
                0,
                context.config().seed()),
            context.clock());
    SparseAveragingTraining.Outcome outcome =
        averaging.train(
            network,
            sequences.mapPartitions(SequenceBatches::encodeBlocks),
            parameters ->
                validates
                    ? OptionalDouble.of(mrr(evaluator, parameters, heldOut))
                    : OptionalDouble.empty(),
            System.err);
    heldOut.unpersist();
    return outcome;
  }

  private double mrr(Evaluator evaluator, NetworkParameters parameters, Dataset<Row> heldOut) {
    return evaluator
        .evaluate(new LstmRanker(new SequenceEncoder(parameters)), heldOut, vocabulary)
        .metric("mrr@" + VALIDATED_LIST_LENGTH);
  }

  private Trained dl4j(Dataset<Row> part, TrainingConfig training) {
    MultiLayerNetwork network = coldNetwork();
    int workers = training.settings().workers();
    TrainingCurve curve =
        new Dl4jTraining(spark, training.settings(), context.config().seed(), context.clock())
            .train(
                network,
                TrainingSequences.cut(TrainingSequences.of(part, vocabulary), training.length()),
                shape.vocabularySize(),
                workers == 0 ? spark.defaultParallelism() : workers);
    return new Trained(network, Optional.empty(), curve);
  }

  private MultiLayerNetwork coldNetwork() {
    TrainingConfig training = context.config().training();
    Regularization regularization = training.settings().step().regularization();
    return StockNetwork.create(
        shape,
        context.config().seed(),
        new StockNetwork.Settings(
            training.settings().learningRate().peak(),
            regularization.embeddingDropout(),
            regularization.hiddenDropout(),
            regularization.l1(),
            regularization.l2()));
  }

  @Override
  public void close() {
    vocabulary.destroy();
  }
}
