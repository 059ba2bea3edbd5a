package io.nightjar.job;

import static org.apache.spark.sql.functions.lit;

import io.nightjar.clicks.LogFiles;
import io.nightjar.clicks.LogReader;
import io.nightjar.clicks.PartitionTallies;
import io.nightjar.config.InputConfig;
import io.nightjar.config.SplitConfig;
import io.nightjar.config.SplitStrategy;
import io.nightjar.sessions.SequenceSplit;
import io.nightjar.sessions.Sessionizer;
import io.nightjar.sessions.TestWindow;
import io.nightjar.sessions.UserSequences;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The parts of this run's sequences, the same for every job that asks. */
final class HeldOutParts {
  private HeldOutParts() {}

  static SequenceSplit of(JobContext context) throws IOException {
    SplitConfig split = context.config().split();
    Dataset<Row> sequences = context.tables().read("sequences", "dt", context.dt(), "sessionize");
    Dataset<Row> given =
        split.strategy() == SplitStrategy.GIVEN ? given(context) : sequences.limit(0);
    return SequenceSplit.of(sequences, split, given);
  }

  /**
   * What the judged models are trained on: with {@code training.refit}, everything that came before
   * the test part; else the training part.
   */
  static Dataset<Row> trained(JobContext context) throws IOException {
    SplitConfig split = context.config().split();
    SequenceSplit parts = of(context);
    if (!context.config().training().refit()) {
      return parts.train();
    }
    if (split.strategy() == SplitStrategy.LEAVE_ONE_OUT) {
      return parts.validation().withColumn("first_target", lit(1));
    }
    Dataset<Row> sequences = context.tables().read("sequences", "dt", context.dt(), "sessionize");
    return SequenceSplit.of(sequences, split.withoutValidation(), parts.test()).train();
  }

  /**
   * A test window with what its models learn from.
   *
   * @param trained what the judged models are trained on; {@code split.train()} without a refit
   */
  record Window(TestWindow window, SequenceSplit split, Dataset<Row> trained) {}

  /** The test windows, oldest first; empty but for {@code split.strategy = sliding}. */
  static List<Window> windows(JobContext context) throws IOException {
    SplitConfig split = context.config().split();
    if (split.strategy() != SplitStrategy.SLIDING) {
      return List.of();
    }
    Dataset<Row> sequences = context.tables().read("sequences", "dt", context.dt(), "sessionize");
    List<Window> windows = new ArrayList<>();
    for (TestWindow window : TestWindow.of(sequences, split)) {
      Duration withheld = context.config().training().refit() ? Duration.ZERO : split.validation();
      windows.add(
          new Window(
              window,
              SequenceSplit.of(sequences, window, split.validation()),
              SequenceSplit.of(sequences, window, withheld).train()));
    }
    return windows;
  }

  /** The given test logs, taken through the same cleaning and sessionizing as the input. */
  private static Dataset<Row> given(JobContext context) throws IOException {
    InputConfig input = context.config().input().withPaths(context.config().split().testPaths());
    NightInput night =
        NightInput.whole(
            context,
            input,
            new LogFiles(context.spark().sessionState().newHadoopConf())
                .find("nightjar.split.test-paths", input.paths()));
    LogReader reader = new LogReader(context.spark(), input);
    reader.check(night.files());

    SparkContext spark = context.spark().sparkContext();
    Dataset<Row> sessionized =
        new Sessionizer(context.config().sessions(), input.cleaning())
            .sessionize(
                context.spark(),
                reader.clicks(
                    night.files(),
                    night.cleaner(context),
                    PartitionTallies.register(spark, "test records read")),
                night.openFrom(),
                PartitionTallies.register(spark, "test clicks sessionized"));
    return new UserSequences(context.spark(), context.config().sessions())
        .join(Sessionizer.table(sessionized));
  }
}
