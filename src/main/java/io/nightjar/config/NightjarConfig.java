package io.nightjar.config;

/**
 * Everything that can be set, resolved and checked. {@code fingerprint} names the settings: equal
 * settings, equal fingerprint.
 */
public record NightjarConfig(
    String warehouse,
    long seed,
    InputConfig input,
    SessionsConfig sessions,
    ProfileConfig profile,
    SplitConfig split,
    VocabularyConfig vocabulary,
    ModelConfig model,
    TrainingConfig training,
    EvaluationConfig evaluation,
    RecommendConfig recommend,
    RankConfig rank,
    PublishConfig publish,
    GenerateConfig generate,
    String fingerprint) {

  static NightjarConfig from(Section root, String fingerprint) {
    long seed = root.wholeNumber("seed");
    SplitConfig split = SplitConfig.from(root.section("split"));
    TrainingConfig training = TrainingConfig.from(root.section("training"), seed);
    if (training.warmStart() && split.strategy() == SplitStrategy.LEAVE_ONE_OUT) {
      throw root.section("training")
          .wrong(
              "warm-start",
              "latest",
              "none with split.strategy = leave-one-out: what is new to the model is told by time");
    }
    return new NightjarConfig(
        root.nonEmptyText("warehouse"),
        seed,
        InputConfig.from(root.section("input")),
        SessionsConfig.from(root.section("sessions")),
        ProfileConfig.from(root.section("profile")),
        split,
        VocabularyConfig.from(root.section("vocabulary")),
        ModelConfig.from(root.section("model")),
        training,
        EvaluationConfig.from(root.section("evaluation")),
        RecommendConfig.from(root.section("recommend")),
        RankConfig.from(root.section("rank")),
        PublishConfig.from(root.section("publish")),
        GenerateConfig.from(root.section("generate")),
        fingerprint);
  }
}
