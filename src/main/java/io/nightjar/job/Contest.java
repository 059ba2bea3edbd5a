package io.nightjar.job;

import io.nightjar.config.EvaluationConfig;
import io.nightjar.evaluation.Baselines;
import io.nightjar.evaluation.Baselines.Fitted;
import io.nightjar.evaluation.BlendCases;
import io.nightjar.evaluation.BlendFit;
import io.nightjar.evaluation.BlendRanker;
import io.nightjar.evaluation.BlendWeights;
import io.nightjar.evaluation.LstmRanker;
import io.nightjar.evaluation.Ranker;
import io.nightjar.evaluation.TrainingPart;
import io.nightjar.sessions.SequenceSplit;
import io.nightjar.vocabulary.Vocabulary;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models that are judged against each other: the network, the baselines trained on the same
 * part, and their blend.
 *
 * @param baselines with the seconds that they took to train
 * @param weights of the blend; a single part where no blend is better than one model
 * @param weighingSeconds that finding the weights took
 */
record Contest(
    LstmRanker network, List<Fitted> baselines, BlendWeights weights, double weighingSeconds) {
  private static final Logger LOG = LoggerFactory.getLogger(Contest.class);
  private static final double MILLIS_PER_SECOND = 1000.0;

  /**
   * Trains the baselines, and fits the blend where there is a validation part.
   *
   * @param selection the network that never saw the validation part, to fit the blend with
   * @param network the one that is judged; trained on {@code refit}
   * @param refit what final models are trained on; {@code split.train()} where nothing is refitted
   */
  static Contest prepare(
      JobContext context,
      LstmRanker selection,
      LstmRanker network,
      SequenceSplit split,
      Dataset<Row> refit,
      Broadcast<Vocabulary> vocabulary) {
    EvaluationConfig evaluation = context.config().evaluation();
    Baselines baselines =
        new Baselines(evaluation.baselines(), context.config().seed(), context.clock());
    BlendWeights weights = BlendWeights.none();
    double weighingSeconds = 0;
    if (evaluation.blend().enabled() && !split.validation().isEmpty()) {
      List<Ranker> models = new ArrayList<>();
      models.add(selection);
      baselines
          .train(
              TrainingPart.of(split.train(), vocabulary),
              evaluation.blend().models().stream()
                  .filter(evaluation.baselines().models()::contains)
                  .toList())
          .forEach(fitted -> models.add(fitted.ranker()));
      Instant start = context.clock().instant();
      weights = fit(context, models, split.validation(), vocabulary);
      weighingSeconds =
          Duration.between(start, context.clock().instant()).toMillis() / MILLIS_PER_SECOND;
    }
    return new Contest(
        network, baselines.train(TrainingPart.of(refit, vocabulary)), weights, weighingSeconds);
  }

  private static BlendWeights fit(
      JobContext context,
      List<Ranker> models,
      Dataset<Row> validation,
      Broadcast<Vocabulary> vocabulary) {
    EvaluationConfig evaluation = context.config().evaluation();
    BlendWeights weights =
        BlendFit.fit(
            JavaSparkContext.fromSparkContext(context.spark().sparkContext()),
            models,
            validation,
            vocabulary,
            new BlendCases.Selection(evaluation.blend().cases(), evaluation.excludeSeen()),
            evaluation.k().get(evaluation.k().size() - 1));
    if (weights.parts().isEmpty()) {
      LOG.info("blend: too few validation cases to fit weights on");
    } else {
      LOG.info(
          "blend fitted on the validation part: {} and {} hidden units",
          weights.parts(),
          weights.hiddenUnits().size());
    }
    return weights;
  }

  /** Everything that is judged, the candidate for recommending first. */
  List<Ranker> rankers() {
    Map<String, Ranker> models = new LinkedHashMap<>();
    models.put(LstmRanker.NAME, network);
    baselines.forEach(fitted -> models.put(fitted.ranker().name(), fitted.ranker()));
    List<Ranker> rankers = new ArrayList<>();
    if (isBlend()) {
      rankers.add(new BlendRanker(weights, models));
    }
    rankers.addAll(models.values());
    return rankers;
  }

  /** Whether the blend is the candidate, and not the network alone. */
  boolean isBlend() {
    return weights.isBlend();
  }
}
