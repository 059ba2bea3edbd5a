package io.nightjar.config;

import java.time.Duration;
import java.util.List;

/**
 * What is trained on and what is held out. The test part is whole UTC days at the end of the log.
 *
 * @param testDays of the test part, or of each test window; at least 1
 * @param windows how many consecutive test windows there are, at least 2; for {@code SLIDING}
 * @param validation how long before the test part the validation part begins; zero for none
 */
public record SplitConfig(
    SplitStrategy strategy,
    int testDays,
    int windows,
    Duration validation,
    List<String> testPaths) {

  /** The same without a validation part. */
  public SplitConfig withoutValidation() {
    return new SplitConfig(strategy, testDays, windows, Duration.ZERO, testPaths);
  }

  static SplitConfig from(Section section) {
    SplitStrategy strategy = section.choice("strategy", SplitStrategy.class);
    List<String> testPaths = section.texts("test-paths");
    if (strategy == SplitStrategy.GIVEN && testPaths.isEmpty()) {
      throw section.wrong("test-paths", "[]", "at least one path, since split.strategy is given");
    }
    return new SplitConfig(
        strategy,
        section.count("test-days", 1, 10_000),
        section.count("windows", 2, 1_000),
        Duration.ofDays(section.count("validation-days", 0, 10_000))
            .plusHours(section.count("validation-hours", 0, 10_000)),
        testPaths);
  }
}
