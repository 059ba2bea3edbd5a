package io.nightjar.job;

import io.nightjar.config.ModelConfig;
import io.nightjar.config.NightjarConfig;
import io.nightjar.network.NetworkShape;
import io.nightjar.network.StockNetwork;
import io.nightjar.training.Dl4jTraining;
import io.nightjar.training.ModelManifest;
import io.nightjar.training.ModelStore;
import io.nightjar.training.TrainingCurve;
import io.nightjar.training.TrainingSequences;
import io.nightjar.vocabulary.ItemVectors;
import io.nightjar.vocabulary.Vocabulary;
import io.nightjar.vocabulary.VocabularyBuilder;
import java.io.IOException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sequences become a model. */
public final class TrainJob implements Job {
  private static final Logger LOG = LoggerFactory.getLogger(TrainJob.class);

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

    // Training sequences, in order of time.
    int workers =
        config.training().workers() == 0 ? spark.defaultParallelism() : config.training().workers();
    Broadcast<Vocabulary> sharedVocabulary = spark.broadcast(vocabulary);
    JavaRDD<int[]> sequences =
        TrainingSequences.of(
            HeldOutParts.of(context).train(),
            sharedVocabulary,
            config.training().length(),
            workers);

    // Training.
    ModelConfig model = config.model();
    MultiLayerNetwork network =
        StockNetwork.create(
            new NetworkShape(
                vocabulary.size(), model.embedding(), model.hidden(), model.layers(), false),
            config.seed(),
            new StockNetwork.Settings(
                config.training().learningRate(),
                config.training().embeddingDropout(),
                config.training().outputDropout(),
                0,
                0));
    LOG.info(
        String.format(
            "%,d items, %,d parameters, %d workers",
            vocabulary.items(), network.numParams(), workers));
    TrainingCurve curve =
        new Dl4jTraining(spark, config.training(), config.seed(), context.clock())
            .train(network, sequences, vocabulary.size(), workers);
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
            curve);
    Path modelPath =
        new ModelStore(context.warehouse(), context.tables(), context.documents(), context.runId())
            .save(network, manifest);
    Path vectorsPath =
        context
            .tables()
            .publish(
                ItemVectors.table(context.spark(), vocabulary, ItemVectors.of(network)),
                "item_vectors",
                "version",
                context.runId());
    return JobReport.empty()
        .with("version", context.runId())
        .with("items", vocabulary.items())
        .with("parameters", network.numParams())
        .with("workers", workers)
        .with("curve", curve.epochs())
        .with("path", modelPath)
        .with("item_vectors", vectorsPath);
  }
}
