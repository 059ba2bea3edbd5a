package io.nightjar.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nightjar.sessions.TestWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class WindowMeansTest {
  private static final Instant MIDNIGHT = Instant.parse("2026-03-14T00:00:00Z");

  @Test
  void everyWindowWeighsTheSameAndTheDeviationIsThatOfASample() {
    List<WindowMeans> means =
        WindowMeans.of(
            List.of(
                window(0, row("lstm", 10, 0.2)),
                window(1, row("lstm", 1000, 0.3)),
                window(2, row("lstm", 100, 0.7))));

    assertThat(means).hasSize(1);
    assertThat(means.get(0).cases()).isEqualTo(1110);
    assertThat(means.get(0).means().get("recall@5")).isEqualTo(0.4, within(1e-12));
    // Squares of -0.2, -0.1 and 0.3 add up to 0.14; half of that is the variance.
    assertThat(means.get(0).deviations().get("recall@5")).isEqualTo(Math.sqrt(0.07), within(1e-12));
  }

  @Test
  void aModelThatOneWindowHasIsNotSaidToBeStable() {
    List<WindowMeans> means =
        WindowMeans.of(
            List.of(
                window(0, row("blend", 10, 0.5), row("lstm", 10, 0.4)),
                window(1, row("lstm", 10, 0.4))));

    assertThat(means).extracting(WindowMeans::model).containsExactly("lstm", "blend");
    assertThat(means).extracting(WindowMeans::windows).containsExactly(2, 1);
    assertThat(means.get(1).deviations()).isEmpty();
  }

  private static WindowMetrics window(int day, ModelMetrics... models) {
    Instant from = MIDNIGHT.plus(Duration.ofDays(day));
    return new WindowMetrics(
        new TestWindow(from, from.plus(Duration.ofDays(1))), Arrays.asList(models));
  }

  private static ModelMetrics row(String name, long cases, double recall) {
    return new ModelMetrics(
        name,
        cases,
        0,
        Map.of("recall@5", recall),
        new TreeMap<>(),
        new Bootstrap(1, 0, List.of(5)),
        1);
  }
}
