package io.nightjar.job;

import io.nightjar.clicks.InputException;
import io.nightjar.evaluation.Baselines;
import io.nightjar.evaluation.BlendRanker;
import io.nightjar.evaluation.BlendWeights;
import io.nightjar.evaluation.LstmRanker;
import io.nightjar.evaluation.Ranker;
import io.nightjar.evaluation.TrainingPart;
import io.nightjar.network.NetworkParameters;
import io.nightjar.network.SequenceEncoder;
import io.nightjar.training.ModelInUse;
import io.nightjar.training.ModelManifest;
import io.nightjar.training.ModelStore;
import io.nightjar.training.ModelStore.StoredModel;
import io.nightjar.vocabulary.Vocabulary;
import io.nightjar.vocabulary.VocabularyBuilder;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A stored model with its own vocabulary, ready to rank: the network alone, or the blend that its
 * manifest names.
 */
record RecommendingModel(StoredModel stored, Vocabulary vocabulary) {

  /**
   * Loads a version.
   *
   * @throws InputException if it is missing, or if its rows are not those of its vocabulary
   */
  static RecommendingModel load(JobContext context, String version) throws IOException {
    StoredModel stored = store(context).load(version);
    ModelManifest manifest = stored.manifest();
    Vocabulary vocabulary =
        VocabularyBuilder.load(
            context
                .tables()
                .read("vocabulary", "version", manifest.vocabularyVersion(), "vocabulary"));
    if (!vocabulary.checksum().equals(manifest.vocabularyChecksum())) {
      throw new InputException(
          "The model "
              + version
              + " was trained on another vocabulary than the one stored as "
              + manifest.vocabularyVersion()
              + ": its rows would stand for other items. Run `train` again.");
    }
    return new RecommendingModel(stored, vocabulary);
  }

  /**
   * Loads the model that recommends.
   *
   * @throws InputException if none is in use yet
   */
  static RecommendingModel inUse(JobContext context) throws IOException {
    String version =
        ModelInUse.read(context.warehouse(), context.documents())
            .orElseThrow(
                () -> new InputException("No model is in use yet; run `train` and `evaluate`."))
            .version();
    return load(context, version);
  }

  static ModelStore store(JobContext context) {
    return new ModelStore(
        context.warehouse(), context.tables(), context.documents(), context.runId());
  }

  /** Names the model. */
  String version() {
    return stored.manifest().version();
  }

  /** The network alone. */
  LstmRanker network() {
    return new LstmRanker(encoder());
  }

  /** The network's own parameters, ready to encode sequences. */
  SequenceEncoder encoder() {
    return new SequenceEncoder(NetworkParameters.from(stored.network(), false));
  }

  /** How the blend is weighted; without parts where the network recommends alone. */
  BlendWeights blend() {
    return BlendWeights.fromJson(stored.manifest().blend());
  }

  /**
   * What recommends.
   *
   * @param train what the blend's other models learn from: {@code items[], times[]}
   */
  Ranker ranker(JobContext context, Dataset<Row> train) {
    BlendWeights blend = blend();
    if (blend.parts().isEmpty()) {
      return network();
    }
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(context.spark().sparkContext());
    Broadcast<Vocabulary> shared = spark.broadcast(vocabulary);
    Map<String, Ranker> models = new HashMap<>();
    models.put(LstmRanker.NAME, network());
    new Baselines(
            context.config().evaluation().baselines(), context.config().seed(), context.clock())
        .trainPartsOf(blend, TrainingPart.of(train, shared))
        .forEach(fitted -> models.put(fitted.ranker().name(), fitted.ranker()));
    shared.destroy();
    return new BlendRanker(blend, models);
  }
}
