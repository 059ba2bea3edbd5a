package io.nightjar.job;

import io.nightjar.clicks.InputException;
import io.nightjar.vocabulary.Vocabulary;
import io.nightjar.vocabulary.VocabularyBuilder;
import java.io.IOException;
import java.util.Optional;
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
    VocabularyBuilder builder = new VocabularyBuilder(context.config().vocabulary());
    Optional<PreviousModel> previous = PreviousModel.of(context);
    Dataset<Row> trained = HeldOutParts.trained(context);
    Dataset<Row> table =
        previous.isPresent()
            ? builder.extend(context.spark(), trained, vocabularyOf(context, previous.get()))
            : builder.build(context.spark(), trained);
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
    int known = previous.map(model -> model.model().vocabulary().items()).orElse(0);
    if (previous.isPresent() && vocabulary.items() >= context.config().vocabulary().maxSize()) {
      LOG.warn(
          "the vocabulary is full ({} items): new items are left out until a night with"
              + " training.warm-start = none makes it anew, or vocabulary.max-size is raised",
          vocabulary.items());
    }
    return JobReport.empty()
        .with("items", vocabulary.items())
        .with("new_items", vocabulary.items() - known)
        .with("checksum", vocabulary.checksum())
        .with("version", context.runId())
        .with("path", path);
  }

  private static Dataset<Row> vocabularyOf(JobContext context, PreviousModel previous)
      throws IOException {
    String version = previous.model().stored().manifest().vocabularyVersion();
    return context.tables().read("vocabulary", "version", version, "vocabulary");
  }
}
