package io.nightjar.job;

import io.nightjar.network.NetworkParameters;
import io.nightjar.network.NetworkShape;
import io.nightjar.network.Optimizer;
import io.nightjar.network.OptimizerState;
import io.nightjar.training.ModelInUse;
import io.nightjar.training.ModelManifest;
import io.nightjar.training.TrainingState;
import io.nightjar.training.WarmStart;
import io.nightjar.vocabulary.Vocabulary;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The model that a night goes on from, with {@code training.warm-start = latest}: the one in use
 * when the night began.
 *
 * @param model as it was stored
 * @param trainedUntil time of the newest event that it learned from
 */
record PreviousModel(RecommendingModel model, Instant trainedUntil) {
  private static final Logger LOG = LoggerFactory.getLogger(PreviousModel.class);

  /**
   * Finds it.
   *
   * @return empty where every night starts cold, or where this is the first one; a night that is
   *     run again goes on from the model that it went on from the first time
   */
  static Optional<PreviousModel> of(JobContext context) throws IOException {
    if (!context.config().training().warmStart()) {
      return Optional.empty();
    }
    Optional<String> version =
        ModelInUse.read(context.warehouse(), context.documents()).map(ModelInUse::version);
    if (version.isPresent() && version.get().equals(context.runId())) {
      String parent = RecommendingModel.load(context, version.get()).stored().manifest().parent();
      version = parent.isEmpty() ? Optional.empty() : Optional.of(parent);
    }
    if (version.isEmpty()) {
      LOG.info("warm start: there is no previous model yet, training starts cold");
      return Optional.empty();
    }
    RecommendingModel model = RecommendingModel.load(context, version.get());
    ModelManifest manifest = model.stored().manifest();
    if (manifest.trainedUntil() == null) {
      LOG.warn(
          "warm start: model {} does not say until when it was trained, training starts cold",
          version.get());
      return Optional.empty();
    }
    return Optional.of(new PreviousModel(model, Instant.parse(manifest.trainedUntil())));
  }

  /** Names the model. */
  String version() {
    return model.version();
  }

  /**
   * Whether a training can go on from here; says why if not.
   *
   * @param shape of the network to train
   * @param vocabulary to train it on
   * @param trainedFrom end of the training part: what comes after it must be new to the model, or
   *     it would be judged on clicks that it has learned
   */
  boolean fits(NetworkShape shape, Vocabulary vocabulary, Instant trainedFrom) {
    String why = null;
    NetworkShape own = parameters(shape.tiedWeights()).shape();
    if (!own.withVocabularySize(shape.vocabularySize()).equals(shape)) {
      why = "is of another shape (" + own + ")";
    } else if (!vocabulary.startsWith(model.vocabulary())) {
      why = "has a vocabulary that this one does not continue; run `vocabulary` again";
    } else if (trainedUntil.isAfter(trainedFrom)) {
      why =
          "was trained on clicks until %s, after the end of the training part at %s"
              .formatted(trainedUntil, trainedFrom);
    }
    if (why != null) {
      LOG.warn("warm start: model {} {}; training starts cold", version(), why);
    }
    return why == null;
  }

  /**
   * Its parameters and optimizer, with room for the new items.
   *
   * @param companions what each new item occurs with
   */
  TrainingState grown(JobContext context, NetworkShape shape, Map<Integer, int[]> companions)
      throws IOException {
    Optimizer optimizer = context.config().training().settings().step().optimizer();
    NetworkParameters parameters = parameters(shape.tiedWeights());
    OptimizerState memory =
        RecommendingModel.store(context)
            .memory(model.stored().manifest(), parameters.shape(), optimizer)
            .orElseGet(() -> OptimizerState.initial(parameters.shape(), optimizer));
    return WarmStart.grow(
        new TrainingState(parameters, memory), shape.vocabularySize(), companions);
  }

  private NetworkParameters parameters(boolean tiedWeights) {
    return NetworkParameters.from(model.stored().network(), tiedWeights);
  }
}
