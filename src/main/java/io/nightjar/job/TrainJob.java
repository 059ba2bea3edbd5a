package io.nightjar.job;

import io.nightjar.config.NightjarConfig;
import io.nightjar.config.TrainingConfig;
import io.nightjar.evaluation.Evaluator;
import io.nightjar.job.NetworkTraining.Trained;
import io.nightjar.network.NetworkShape;
import io.nightjar.sessions.SequenceSplit;
import io.nightjar.training.ModelManifest;
import io.nightjar.training.ModelStore;
import io.nightjar.training.TrainingCurve;
import io.nightjar.vocabulary.ItemVectors;
import io.nightjar.vocabulary.Vocabulary;
import io.nightjar.vocabulary.VocabularyBuilder;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Sequences become a model. */
public final class TrainJob implements Job {
  @Override
  public String name() {
    return "train";
  }

  @Override
  public JobReport run(JobContext context) throws IOException {
    NightjarConfig config = context.config();
    Vocabulary vocabulary =
        VocabularyBuilder.load(
            context.tables().read("vocabulary", "version", context.runId(), "vocabulary"));
    NetworkShape shape = NetworkTraining.shape(config.model(), vocabulary);
    SequenceSplit split = HeldOutParts.of(context);
    Optional<PreviousModel> previous = previous(context, shape, vocabulary, split.train());
    TrainingConfig first =
        previous.isPresent() ? config.training().forWarmStart() : config.training();

    Trained trained;
    TrainingCurve curve;
    Dataset<Row> learned = split.train();
    try (NetworkTraining training = new NetworkTraining(context, shape, vocabulary, previous)) {
      training.checkMemory();

      // The network, trained; with a validation part, until that is at its best.
      Dataset<Row> validation = Evaluator.withKnownUsers(split.validation(), split.train());
      trained = training.train(context.runId(), split.train(), validation, first);
      curve = trained.curve();

      // Once that has chosen, the network learns from the validation part too.
      if (config.training().refit() && !split.validation().isEmpty()) {
        String selection = selectionOf(context);
        save(context, selection, trained, curve, previous, vocabulary, learned);
        learned = HeldOutParts.trained(context);
        trained = training.refit(selection, learned, curve, first);
        curve = curve.epochs().isEmpty() ? trained.curve() : curve;
      }
    }

    // What came of it.
    Path modelPath = save(context, context.runId(), trained, curve, previous, vocabulary, learned);
    Path vectorsPath =
        context
            .tables()
            .publish(
                ItemVectors.table(context.spark(), vocabulary, ItemVectors.of(trained.network())),
                "item_vectors",
                "version",
                context.runId());
    Path curvePath =
        context
            .tables()
            .publish(curve.table(context.spark()), "training_curve", "run", context.runId());
    NetworkTraining.checkpoints(context, context.runId(), vocabulary).clear();
    NetworkTraining.checkpoints(context, selectionOf(context), vocabulary).clear();
    return JobReport.empty()
        .with("version", context.runId())
        .with("parent", previous.map(PreviousModel::version).orElse(""))
        .with("items", vocabulary.items())
        .with("parameters", trained.network().numParams())
        .with("curve", curve.epochs())
        .with("path", modelPath)
        .with("item_vectors", vectorsPath)
        .with("training_curve", curvePath);
  }

  /** The version of the model that never saw the validation part, beside the run's own. */
  static String selectionOf(JobContext context) {
    return context.runId() + "-selection";
  }

  /** The model to go on from, if there is one and it fits. */
  private static Optional<PreviousModel> previous(
      JobContext context, NetworkShape shape, Vocabulary vocabulary, Dataset<Row> train)
      throws IOException {
    Optional<PreviousModel> found = PreviousModel.of(context);
    if (found.isEmpty()) {
      return found;
    }
    Instant end = NetworkTraining.newestEvent(train).orElse(Instant.MIN);
    return found.filter(model -> model.fits(shape, vocabulary, end));
  }

  private static Path save(
      JobContext context,
      String version,
      Trained trained,
      TrainingCurve curve,
      Optional<PreviousModel> previous,
      Vocabulary vocabulary,
      Dataset<Row> learned)
      throws IOException {
    NightjarConfig config = context.config();
    Optional<ModelStore.Memory> memory =
        trained
            .optimizer()
            .filter(state -> config.training().warmStart())
            .map(
                state ->
                    new ModelStore.Memory(config.training().settings().step().optimizer(), state));
    return RecommendingModel.store(context)
        .save(
            trained.network(),
            memory,
            new ModelManifest(
                version,
                context.runId(),
                vocabulary.checksum(),
                config.fingerprint(),
                previous.map(PreviousModel::version).orElse(""),
                NetworkTraining.newestEvent(learned).map(Instant::toString).orElse(null),
                "",
                curve,
                null));
  }
}
