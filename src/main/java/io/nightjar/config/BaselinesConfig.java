package io.nightjar.config;

import java.time.Duration;
import java.util.List;

/**
 * What the model has to beat.
 *
 * @param models which baselines are trained, in the order of the report
 * @param popularityWindow how far back popularity counts; zero for all of training
 */
public record BaselinesConfig(
    List<Baseline> models,
    Duration popularityWindow,
    RulesConfig rules,
    RulesConfig association,
    SessionKnnConfig sessionKnn,
    AlsConfig als) {

  /** A model without a network. */
  public enum Baseline {
    POPULARITY,
    MARKOV,
    RULES,
    ASSOCIATION,
    SESSION_KNN,
    REPEAT,
    ALS
  }

  static BaselinesConfig from(Section section) {
    return new BaselinesConfig(
        section.choices("models", Baseline.class),
        section.section("popularity").duration("window"),
        RulesConfig.from(section.section("rules"), false),
        RulesConfig.from(section.section("association"), true),
        SessionKnnConfig.from(section.section("session-knn")),
        AlsConfig.from(section.section("als")));
  }
}
