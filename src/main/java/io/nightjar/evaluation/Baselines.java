package io.nightjar.evaluation;

import io.nightjar.config.BaselinesConfig;
import io.nightjar.config.BaselinesConfig.Baseline;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trains the baselines that the configuration names. */
public final class Baselines {
  private static final Logger LOG = LoggerFactory.getLogger(Baselines.class);
  private static final double MILLIS_PER_SECOND = 1e3;

  private final BaselinesConfig settings;
  private final long seed;
  private final Clock clock;

  public Baselines(BaselinesConfig settings, long seed, Clock clock) {
    this.settings = settings;
    this.seed = seed;
    this.clock = clock;
  }

  /**
   * A trained model.
   *
   * @param fitSeconds that training took
   */
  public record Fitted(Ranker ranker, double fitSeconds) {}

  /** Trains the configured baselines on one part. */
  public List<Fitted> train(TrainingPart part) {
    return train(part, settings.models());
  }

  /** Trains the baselines that have a say in a blend. */
  public List<Fitted> trainPartsOf(BlendWeights blend, TrainingPart part) {
    Set<String> names =
        blend.parts().stream().map(BlendWeights.Part::model).collect(Collectors.toSet());
    return train(
        part,
        Arrays.stream(Baseline.values()).filter(model -> names.contains(nameOf(model))).toList());
  }

  /** What the ranker of a baseline is called. */
  public static String nameOf(Baseline model) {
    return model.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Trains some baselines on one part. */
  public List<Fitted> train(TrainingPart part, List<Baseline> models) {
    part.sequences().cache();
    List<Fitted> fitted = models.stream().map(model -> timed(model, part)).toList();
    part.sequences().unpersist();
    return fitted;
  }

  private Fitted timed(Baseline model, TrainingPart part) {
    Instant start = clock.instant();
    Ranker ranker =
        switch (model) {
          case POPULARITY -> PopularityRanker.train(part, settings.popularityWindow());
          case MARKOV -> RulesRanker.markov(part);
          case RULES -> RulesRanker.train("rules", part, settings.rules());
          case ASSOCIATION -> RulesRanker.train("association", part, settings.association());
          case SESSION_KNN -> SessionKnn.train(part, settings.sessionKnn());
          case REPEAT -> RepeatRanker.train(part);
          case ALS -> AlsRanker.train(part, settings.als(), seed);
        };
    double seconds = Duration.between(start, clock.instant()).toMillis() / MILLIS_PER_SECOND;
    LOG.info(String.format("baseline %s: trained in %.1f s", ranker.name(), seconds));
    return new Fitted(ranker, seconds);
  }
}
