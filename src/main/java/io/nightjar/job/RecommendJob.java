package io.nightjar.job;

import io.nightjar.evaluation.LstmRanker;
import io.nightjar.evaluation.PopularityRanker;
import io.nightjar.recommend.Recommender;
import io.nightjar.training.ModelStore;
import io.nightjar.vocabulary.Vocabulary;
import io.nightjar.vocabulary.VocabularyBuilder;
import java.io.IOException;
import java.time.ZoneOffset;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every user gets the K items most likely next. */
public final class RecommendJob implements Job {
  private static final Logger LOG = LoggerFactory.getLogger(RecommendJob.class);

  @Override
  public String name() {
    return "recommend";
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
    Dataset<Row> sequences = context.tables().read("sequences", "dt", context.dt(), "sessionize");

    Broadcast<Vocabulary> sharedVocabulary = spark.broadcast(vocabulary);
    Recommender recommender =
        new Recommender(
            context.spark(),
            context.config().recommend(),
            model.manifest().version(),
            context.date().plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant());
    Dataset<Row> lists =
        recommender.recommend(
            sequences,
            new LstmRanker(model.network()),
            new PopularityRanker(vocabulary),
            sharedVocabulary);
    Path path = context.tables().publish(lists, "recommendations", "dt", context.dt());

    Dataset<Row> published = context.spark().read().parquet(path.toString());
    long rows = published.count();
    long users = published.filter("rank = 1").count() - 1;
    LOG.info("{} rows for {} users", rows, users);
    return JobReport.empty()
        .with("rows_out", rows)
        .with("users", users)
        .with("k", context.config().recommend().k())
        .with("model_version", model.manifest().version())
        .with("path", path);
  }
}
