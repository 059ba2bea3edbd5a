package io.nightjar.job;

import static org.apache.spark.sql.functions.lit;

import io.nightjar.clicks.ClickCleaner;
import io.nightjar.clicks.LogReader;
import io.nightjar.config.InputConfig;
import io.nightjar.config.SplitConfig;
import io.nightjar.config.SplitStrategy;
import io.nightjar.sessions.SequenceSplit;
import io.nightjar.sessions.Sessionizer;
import io.nightjar.sessions.UserSequences;
import java.io.IOException;
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
    SplitConfig withoutValidation =
        new SplitConfig(split.strategy(), split.testDays(), 0, split.testPaths());
    return SequenceSplit.of(sequences, withoutValidation, parts.test()).train();
  }

  /** The given test logs, taken through the same cleaning and sessionizing as the input. */
  private static Dataset<Row> given(JobContext context) {
    InputConfig input = context.config().input().withPaths(context.config().split().testPaths());
    Dataset<Row> judged =
        new ClickCleaner(input, context.date())
            .clean(new LogReader(context.spark(), input).read("nightjar.split.test-paths"));
    Sessionizer sessionizer = new Sessionizer(context.config().sessions());
    Dataset<Row> assigned = sessionizer.assign(judged.filter("reason is null and rule is null"));
    return new UserSequences(context.config().sessions()).join(sessionizer.gather(assigned));
  }
}
