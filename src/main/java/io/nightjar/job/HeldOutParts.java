package io.nightjar.job;

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
