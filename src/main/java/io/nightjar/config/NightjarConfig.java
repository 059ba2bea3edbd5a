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
    return new NightjarConfig(
        root.nonEmptyText("warehouse"),
        seed,
        InputConfig.from(root.section("input")),
        SessionsConfig.from(root.section("sessions")),
        ProfileConfig.from(root.section("profile")),
        SplitConfig.from(root.section("split")),
        VocabularyConfig.from(root.section("vocabulary")),
        ModelConfig.from(root.section("model")),
        TrainingConfig.from(root.section("training"), seed),
        EvaluationConfig.from(root.section("evaluation")),
        RecommendConfig.from(root.section("recommend")),
        RankConfig.from(root.section("rank")),
        PublishConfig.from(root.section("publish")),
        GenerateConfig.from(root.section("generate")),
        fingerprint);
  }
}
