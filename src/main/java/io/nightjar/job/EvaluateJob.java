package io.nightjar.job;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.evaluation.Evaluator;
import io.nightjar.evaluation.Evaluator.ModelMetrics;
import io.nightjar.evaluation.LstmRanker;
import io.nightjar.evaluation.MarkovRanker;
import io.nightjar.evaluation.PopularityRanker;
import io.nightjar.evaluation.Ranker;
import io.nightjar.sessions.SequenceSplit;
import io.nightjar.training.ModelStore;
import io.nightjar.training.TrainingSequences;
import io.nightjar.vocabulary.Vocabulary;
import io.nightjar.vocabulary.VocabularyBuilder;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The model and its baselines are judged on what was held out. */
public final class EvaluateJob implements Job {
  private static final Logger LOG = LoggerFactory.getLogger(EvaluateJob.class);

  @Override
  public String name() {
    return "evaluate";
  }

  @Override
  public JobReport run(JobContext context) throws IOException {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(context.spark().sparkContext());
    ModelStore.StoredModel model =
        new ModelStore(context.warehouse(), context.tables(), context.documents(), context.runId())
            .load(context.runId());
    Vocabulary vocabulary =
        VocabularyBuilder.load(
            context
                .tables()
                .read("vocabulary", "version", model.manifest().vocabularyVersion(), "vocabulary"));
    Broadcast<Vocabulary> sharedVocabulary = spark.broadcast(vocabulary);
    SequenceSplit split = HeldOutParts.of(context);

    // Baselines learn from the same training part.
    JavaRDD<int[]> training = TrainingSequences.of(split.train(), sharedVocabulary);
    List<Ranker> rankers =
        List.of(
            new LstmRanker(model.network()),
            MarkovRanker.train(training, vocabulary.size()),
            new PopularityRanker(vocabulary));

    Evaluator evaluator = new Evaluator(spark, context.config().evaluation().k());
    List<ModelMetrics> models =
        rankers.stream()
            .map(ranker -> evaluator.evaluate(ranker, split.test(), sharedVocabulary))
            .toList();
    sharedVocabulary.destroy();
    models.forEach(row -> LOG.info("{}: {}", row.name(), row.metrics()));

    JobReport report =
        JobReport.empty()
            .with("version", model.manifest().version())
            .with("cases", models.get(0).cases())
            .with("unknown_targets", models.get(0).unknownTargets());
    ArrayNode rows = report.json().putArray("models");
    for (ModelMetrics row : models) {
      ObjectNode metrics = rows.addObject().put("name", row.name());
      row.metrics().forEach(metrics::put);
    }
    Path path =
        new Path(context.warehouse().partition("metrics", "run", context.runId()), "metrics.json");
    context.documents().write(path, report.json());
    return report.with("path", path);
  }
}
