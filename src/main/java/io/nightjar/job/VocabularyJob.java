package io.nightjar.job;

import io.nightjar.clicks.InputException;
import io.nightjar.vocabulary.Vocabulary;
import io.nightjar.vocabulary.VocabularyBuilder;
import java.io.IOException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The items of the training part become numbers. */
public final class VocabularyJob implements Job {
  private static final Logger LOG = LoggerFactory.getLogger(VocabularyJob.class);

  @Override
  public String name() {
    return "vocabulary";
  }

  @Override
  public JobReport run(JobContext context) throws IOException {
    Dataset<Row> table =
        new VocabularyBuilder(context.config().vocabulary())
            .build(context.spark(), HeldOutParts.trained(context));
    Vocabulary vocabulary = VocabularyBuilder.load(table);
    if (vocabulary.items() == 0) {
      throw new InputException(
          "No item of the training part was seen nightjar.vocabulary.min-count = "
              + context.config().vocabulary().minCount()
              + " times; lower it, or train on more days.");
    }
    Path path = context.tables().publish(table, "vocabulary", "version", context.runId());
    context
        .documents()
        .write(
            new Path(path, "_manifest.json"),
            JobReport.empty()
                .with("items", vocabulary.items())
                .with("checksum", vocabulary.checksum())
                .json());
    LOG.info("{} items, version {}", vocabulary.items(), context.runId());
    return JobReport.empty()
        .with("items", vocabulary.items())
        .with("checksum", vocabulary.checksum())
        .with("version", context.runId())
        .with("path", path);
  }
}
