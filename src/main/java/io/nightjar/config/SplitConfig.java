package io.nightjar.config;

import java.util.List;

/** What is trained on and what is held out. Days are whole UTC days at the end of the log. */
public record SplitConfig(
    SplitStrategy strategy, int testDays, int validationDays, List<String> testPaths) {

  static SplitConfig from(Section section) {
    SplitStrategy strategy = section.choice("strategy", SplitStrategy.class);
    List<String> testPaths = section.texts("test-paths");
    if (strategy == SplitStrategy.GIVEN && testPaths.isEmpty()) {
      throw section.wrong("test-paths", "[]", "at least one path, since split.strategy is given");
    }
    return new SplitConfig(
        strategy,
        section.count("test-days", 1, 10_000),
        section.count("validation-days", 0, 10_000),
        testPaths);
  }
}
