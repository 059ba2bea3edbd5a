package io.nightjar.job;

import io.nightjar.config.EvaluationConfig;
import io.nightjar.config.ModelConfig;
import io.nightjar.config.NightjarConfig;
import io.nightjar.config.TrainingConfig;
import io.nightjar.evaluation.Evaluator;
import io.nightjar.evaluation.JudgeSettings;
import io.nightjar.evaluation.LstmRanker;
import io.nightjar.evaluation.Ranker;
import io.nightjar.network.NetworkParameters;
import io.nightjar.network.NetworkShape;
import io.nightjar.network.Regularization;
import io.nightjar.network.SequenceEncoder;
import io.nightjar.network.StockNetwork;
import io.nightjar.sessions.SequenceSplit;
import io.nightjar.training.CheckpointStore;
import io.nightjar.training.Dl4jTraining;
import io.nightjar.training.ModelManifest;
import io.nightjar.training.ModelStore;
import io.nightjar.training.SparseAveragingTraining;
import io.nightjar.training.TrainingCurve;
import io.nightjar.training.TrainingSequences;
import io.nightjar.vocabulary.ItemVectors;
import io.nightjar.vocabulary.Vocabulary;
import io.nightjar.vocabulary.VocabularyBuilder;
import java.io.IOException;
import java.util.List;
import java.util.OptionalDouble;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sequences become a model. */
public final class TrainJob implements Job {
  private static final Logger LOG = LoggerFactory.getLogger(TrainJob.class);
  private static final int VALIDATED_LIST_LENGTH = 20;

  @Override
  public String name() {
    return "train";
  }

  @Override
  public JobReport run(JobContext context) throws IOException {
    NightjarConfig config = context.config();
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(context.spark().sparkContext());
    Vocabulary vocabulary =
        VocabularyBuilder.load(
            context.tables().read("vocabulary", "version", context.runId(), "vocabulary"));
    Broadcast<Vocabulary> sharedVocabulary = spark.broadcast(vocabulary);
    SequenceSplit split = HeldOutParts.of(context);

    // The network, trained; with a validation part, until that is at its best.
    MultiLayerNetwork network = network(config, vocabulary);
    LOG.info(String.format("%,d items, %,d parameters", vocabulary.items(), network.numParams()));
    TrainingCurve curve =
        train(context, context.runId(), network, split, config.training(), sharedVocabulary);

    // Once that has chosen, the network learns from the validation part too.
    if (config.training().refit() && !split.validation().isEmpty()) {
      String selection = selectionOf(context);
      models(context).save(network, manifest(context, selection, vocabulary, curve));
      LOG.info("refit: {} epochs, with the validation part", curve.bestEpoch());
      network = network(config, vocabulary);
      SequenceSplit everything =
          new SequenceSplit(
              HeldOutParts.trained(context), split.validation().limit(0), split.test());
      TrainingConfig again = config.training().forEpochs(curve.bestEpoch());
      train(context, selection, network, everything, again, sharedVocabulary);
    }
    sharedVocabulary.destroy();

    // What came of it.
    Path modelPath =
        models(context).save(network, manifest(context, context.runId(), vocabulary, curve));
    Path vectorsPath =
        publish(
            context,
            ItemVectors.table(context.spark(), vocabulary, ItemVectors.of(network)),
            "item_vectors");
    Path curvePath =
        context
            .tables()
            .publish(curve.table(context.spark()), "training_curve", "run", context.runId());
    checkpoints(context, context.runId(), vocabulary.checksum()).clear();
    checkpoints(context, selectionOf(context), vocabulary.checksum()).clear();
    return JobReport.empty()
        .with("version", context.runId())
        .with("items", vocabulary.items())
        .with("parameters", network.numParams())
        .with("curve", curve.epochs())
        .with("path", modelPath)
        .with("item_vectors", vectorsPath)
        .with("training_curve", curvePath);
  }

  /** The version of the model that never saw the validation part, beside the run's own. */
  static String selectionOf(JobContext context) {
    return context.runId() + "-selection";
  }

  private static ModelManifest manifest(
      JobContext context, String version, Vocabulary vocabulary, TrainingCurve curve) {
    return new ModelManifest(
        version,
        context.runId(),
        vocabulary.checksum(),
        context.config().fingerprint(),
        "",
        "",
        curve,
        List.of());
  }

  private static TrainingCurve train(
      JobContext context,
      String checkpoints,
      MultiLayerNetwork network,
      SequenceSplit split,
      TrainingConfig training,
      Broadcast<Vocabulary> vocabulary)
      throws IOException {
    return switch (training.master()) {
      case SPARSE_AVERAGING ->
          sparseAveraging(context, checkpoints, network, split, training, vocabulary);
      case DL4J -> dl4j(context, network, split, training, vocabulary);
    };
  }

  private static MultiLayerNetwork network(NightjarConfig config, Vocabulary vocabulary) {
    ModelConfig model = config.model();
    Regularization regularization = config.training().settings().step().regularization();
    return StockNetwork.create(
        new NetworkShape(
            vocabulary.size(),
            model.embedding(),
            model.hidden(),
            model.layers(),
            model.tieWeights()),
        config.seed(),
        new StockNetwork.Settings(
            config.training().settings().learningRate().peak(),
            regularization.embeddingDropout(),
            regularization.hiddenDropout(),
            regularization.l1(),
            regularization.l2()));
  }

  private static TrainingCurve sparseAveraging(
      JobContext context,
      String checkpoints,
      MultiLayerNetwork network,
      SequenceSplit split,
      TrainingConfig training,
      Broadcast<Vocabulary> vocabulary)
      throws IOException {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(context.spark().sparkContext());
    JavaRDD<int[]> sequences = TrainingSequences.of(split.train(), vocabulary);
    Dataset<Row> heldOut =
        Evaluator.withKnownUsers(split.validation(), split.train())
            .persist(StorageLevel.MEMORY_AND_DISK());
    boolean validates = !heldOut.isEmpty();
    EvaluationConfig judging = context.config().evaluation();
    JudgeSettings plain =
        new JudgeSettings(
            List.of(VALIDATED_LIST_LENGTH),
            judging.ties(),
            judging.excludeSeen(),
            0,
            context.config().seed());
    Evaluator evaluator = new Evaluator(spark, plain, context.clock());
    TrainingCurve curve =
        new SparseAveragingTraining(
                spark,
                training.settings(),
                context.config().model().tieWeights(),
                checkpoints(context, checkpoints, vocabulary.value().checksum()))
            .train(
                network,
                sequences,
                parameters ->
                    validates
                        ? OptionalDouble.of(mrr(evaluator, parameters, heldOut, vocabulary))
                        : OptionalDouble.empty(),
                System.err);
    heldOut.unpersist();
    return curve;
  }

  private static double mrr(
      Evaluator evaluator,
      NetworkParameters parameters,
      Dataset<Row> heldOut,
      Broadcast<Vocabulary> vocabulary) {
    Ranker ranker = new LstmRanker(new SequenceEncoder(parameters));
    return evaluator.evaluate(ranker, heldOut, vocabulary).metric("mrr@" + VALIDATED_LIST_LENGTH);
  }

  private static TrainingCurve dl4j(
      JobContext context,
      MultiLayerNetwork network,
      SequenceSplit split,
      TrainingConfig training,
      Broadcast<Vocabulary> vocabulary) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(context.spark().sparkContext());
    int workers = training.settings().workers();
    int length = training.length();
    return new Dl4jTraining(spark, training.settings(), context.config().seed(), context.clock())
        .train(
            network,
            TrainingSequences.cut(TrainingSequences.of(split.train(), vocabulary), length),
            vocabulary.value().size(),
            workers == 0 ? spark.defaultParallelism() : workers);
  }

  private static ModelStore models(JobContext context) {
    return new ModelStore(
        context.warehouse(), context.tables(), context.documents(), context.runId());
  }

  /** Checkpoints of a training; another configuration or vocabulary passes them over. */
  private static CheckpointStore checkpoints(
      JobContext context, String training, String vocabularyChecksum) {
    return new CheckpointStore(
        context.warehouse().fileSystem(),
        context.warehouse().partition("_checkpoints", "run", training),
        context.config().fingerprint() + " " + vocabularyChecksum);
  }

  private static Path publish(JobContext context, Dataset<Row> rows, String table)
      throws IOException {
    return context.tables().publish(rows, table, "version", context.runId());
  }
}
