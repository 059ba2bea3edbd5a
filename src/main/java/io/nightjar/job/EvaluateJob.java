package io.nightjar.job;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.config.EvaluationConfig;
import io.nightjar.evaluation.Baselines;
import io.nightjar.evaluation.Evaluator;
import io.nightjar.evaluation.JudgeSettings;
import io.nightjar.evaluation.LstmRanker;
import io.nightjar.evaluation.ModelMetrics;
import io.nightjar.evaluation.Ranker;
import io.nightjar.evaluation.TrainingPart;
import io.nightjar.sessions.SequenceSplit;
import io.nightjar.training.ModelStore;
import io.nightjar.vocabulary.Vocabulary;
import io.nightjar.vocabulary.VocabularyBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
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
    EvaluationConfig evaluation = context.config().evaluation();
    List<Ranker> rankers = new ArrayList<>();
    rankers.add(new LstmRanker(model.network()));
    new Baselines(evaluation.baselines(), context.config().seed(), context.clock())
        .train(TrainingPart.of(split.train(), sharedVocabulary)).stream()
            .map(Baselines.Fitted::ranker)
            .forEach(rankers::add);

    Evaluator evaluator =
        new Evaluator(
            spark,
            new JudgeSettings(
                evaluation.k(),
                evaluation.ties(),
                evaluation.excludeSeen(),
                evaluation.replicates(),
                context.config().seed()),
            context.clock());
    Dataset<Row> test = Evaluator.withKnownUsers(split.test(), split.train()).cache();
    List<ModelMetrics> models =
        rankers.stream().map(ranker -> evaluator.evaluate(ranker, test, sharedVocabulary)).toList();
    test.unpersist();
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
