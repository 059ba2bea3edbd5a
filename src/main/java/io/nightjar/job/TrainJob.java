package io.nightjar.job;

import io.nightjar.config.ModelConfig;
import io.nightjar.config.NightjarConfig;
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

    // The network, and training sequences in order of time.
    MultiLayerNetwork network = network(config, vocabulary);
    LOG.info(String.format("%,d items, %,d parameters", vocabulary.items(), network.numParams()));

    // Training.
    TrainingCurve curve =
        switch (config.training().master()) {
          case SPARSE_AVERAGING -> sparseAveraging(context, network, split, sharedVocabulary);
          case DL4J -> dl4j(context, network, split, sharedVocabulary);
        };
    sharedVocabulary.destroy();

    // What came of it.
    ModelManifest manifest =
        new ModelManifest(
            context.runId(),
            context.runId(),
            vocabulary.checksum(),
            config.fingerprint(),
            "",
            "",
            curve,
            List.of());
    Path modelPath = models(context).save(network, manifest);
    Path vectorsPath =
        publish(
            context,
            ItemVectors.table(context.spark(), vocabulary, ItemVectors.of(network)),
            "item_vectors");
    Path curvePath =
        context
            .tables()
            .publish(curve.table(context.spark()), "training_curve", "run", context.runId());
    checkpoints(context, vocabulary.checksum()).clear();
    return JobReport.empty()
        .with("version", context.runId())
        .with("items", vocabulary.items())
        .with("parameters", network.numParams())
        .with("curve", curve.epochs())
        .with("path", modelPath)
        .with("item_vectors", vectorsPath)
        .with("training_curve", curvePath);
  }

  private static MultiLayerNetwork network(NightjarConfig config, Vocabulary vocabulary) {
    ModelConfig model = config.model();
    Regularization regularization = config.training().settings().regularization();
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
      MultiLayerNetwork network,
      SequenceSplit split,
      Broadcast<Vocabulary> vocabulary)
      throws IOException {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(context.spark().sparkContext());
    JavaRDD<int[]> sequences = TrainingSequences.of(split.train(), vocabulary);
    Dataset<Row> heldOut = split.validation().persist(StorageLevel.MEMORY_AND_DISK());
    boolean validates = !heldOut.isEmpty();
    Evaluator evaluator =
        new Evaluator(spark, JudgeSettings.plain(List.of(VALIDATED_LIST_LENGTH)), context.clock());
    TrainingCurve curve =
        new SparseAveragingTraining(
                spark,
                context.config().training().settings(),
                context.config().model().tieWeights(),
                checkpoints(context, vocabulary.value().checksum()))
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
    return evaluator
        .evaluate(ranker, heldOut, vocabulary)
        .metrics()
        .get("mrr@" + VALIDATED_LIST_LENGTH);
  }

  private static TrainingCurve dl4j(
      JobContext context,
      MultiLayerNetwork network,
      SequenceSplit split,
      Broadcast<Vocabulary> vocabulary) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(context.spark().sparkContext());
    int workers = context.config().training().settings().workers();
    int length = context.config().training().length();
    return new Dl4jTraining(
            spark, context.config().training().settings(), context.config().seed(), context.clock())
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

  /** Checkpoints of this run; another configuration or vocabulary passes them over. */
  private static CheckpointStore checkpoints(JobContext context, String vocabularyChecksum) {
    return new CheckpointStore(
        context.warehouse().fileSystem(),
        context.warehouse().partition("_checkpoints", "run", context.runId()),
        context.config().fingerprint() + " " + vocabularyChecksum);
  }

  private static Path publish(JobContext context, Dataset<Row> rows, String table)
      throws IOException {
    return context.tables().publish(rows, table, "version", context.runId());
  }
}
