package io.nightjar.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightjar.LocalSpark;
import io.nightjar.evaluation.Bootstrap;
import io.nightjar.evaluation.Evaluator;
import io.nightjar.evaluation.JudgeSettings;
import io.nightjar.evaluation.ModelMetrics;
import io.nightjar.evaluation.WindowMetrics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlidingWindowsTest {
  private static final String DATE = "2026-03-16";
  private static final ModelMetrics JUDGED =
      new ModelMetrics(
          "lstm",
          2,
          0,
          Map.of("recall@5", 0.5),
          new TreeMap<>(),
          new Bootstrap(1, 0, List.of(5)),
          1);

  @TempDir Path directory;

  @Test
  void aDayWithoutClicksIsNoWindowToBeJudgedOn() throws IOException {
    List<WindowMetrics> windows = judge("sliding");

    // Nothing happened on 2026-03-15, the earlier of the two windows.
    assertThat(windows).hasSize(1);
    assertThat(windows.get(0).window().days()).isEqualTo(DATE);
    JobReport report = JobReport.empty();
    SlidingWindows.addTo(report, windows);
    assertThat(report.json().at("/windows/0/models/0/recall@5").asDouble()).isEqualTo(0.5);
    assertThat(report.json().at("/window_means/0/recall@5/mean").asDouble()).isEqualTo(0.5);
    assertThat(report.json().at("/window_means/0/recall@5/deviation").isNull()).isTrue();
  }

  @Test
  void otherStrategiesHaveNoWindowsAndDoNotSpeakOfThem() throws IOException {
    JobReport report = JobReport.empty();
    SlidingWindows.addTo(report, judge("time"));

    assertThat(report.json()).isEmpty();
  }

  private List<WindowMetrics> judge(String strategy) throws IOException {
    Nights nights =
        new Nights(
            directory,
            "vocabulary.min-count=1",
            "split.validation-days=0",
            "split.windows=2",
            "split.strategy=" + strategy);
    nights.log(
        "clicks.csv",
        "user_id,item_id,timestamp",
        "u,a," + second("2026-03-14T08:00:00Z"),
        "u,b," + second("2026-03-14T08:01:00Z"),
        "u,c," + second("2026-03-16T08:00:00Z"),
        "u,d," + second("2026-03-16T08:01:00Z"));
    nights.sessionize(DATE);
    JobContext context = nights.context(DATE);
    Evaluator evaluator =
        new Evaluator(
            JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext()),
            JudgeSettings.of(context.config().evaluation(), context.config().seed()),
            context.clock());
    return new SlidingWindows(context, evaluator).judge(List.of(JUDGED));
  }

  private static long second(String time) {
    return Instant.parse(time).getEpochSecond();
  }
}
