package io.nightjar.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.nightjar.clicks.InputException;
import io.nightjar.evaluation.PopularityRanker;
import io.nightjar.recommend.Catalogue;
import io.nightjar.recommend.CatalogueRules;
import io.nightjar.recommend.Recommender;
import io.nightjar.training.ModelInUse;
import io.nightjar.vocabulary.Vocabulary;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every user gets the K items most likely next. */
public final class RecommendJob implements Job {
  private static final Logger LOG = LoggerFactory.getLogger(RecommendJob.class);

  private static final int SAMPLE_USERS = 5;
  private static final int SAMPLE_ITEMS = 6;

  @Override
  public String name() {
    return "recommend";
  }

  @Override
  public JobReport run(JobContext context) throws IOException {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(context.spark().sparkContext());
    String version =
        ModelInUse.read(context.warehouse(), context.documents())
            .orElseThrow(
                () -> new InputException("No model is in use yet; run `train` and `evaluate`."))
            .version();
    RecommendingModel model = RecommendingModel.load(context, version);
    Vocabulary vocabulary = model.vocabulary();
    Dataset<Row> items =
        context
            .tables()
            .read(
                "vocabulary",
                "version",
                model.stored().manifest().vocabularyVersion(),
                "vocabulary");
    Dataset<Row> sequences = context.tables().read("sequences", "dt", context.dt(), "sessionize");

    // What may be shown at all.
    Recommender.Settings settings =
        new Recommender.Settings(
            context.config().recommend(), version, context.config().seed(), context.date());
    Catalogue catalogue =
        new CatalogueRules(context.spark(), settings.recommend(), settings.asOf())
            .apply(vocabulary, items);

    // Everybody's list.
    Broadcast<Vocabulary> sharedVocabulary = spark.broadcast(vocabulary);
    Dataset<Row> lists =
        new Recommender(context.spark(), settings)
            .recommend(
                sequences,
                model.ranker(context, sequences),
                new PopularityRanker(vocabulary),
                catalogue,
                sharedVocabulary);
    Path path =
        context
            .tables()
            .publish(lists, "recommendations", "dt", context.dt(), Map.of("item_id", items));

    Dataset<Row> published = context.tables().read("recommendations", "dt", context.dt(), name());
    long rows = published.count();
    long users = published.filter("rank = 1").count() - 1;
    LOG.info("{} rows for {} users", rows, users);
    return JobReport.empty()
        .with("rows_out", rows)
        .with("users", users)
        .with("k", context.config().recommend().k())
        .with("removed", catalogue.removed())
        .with("model_version", version)
        .with("sample", sample(sequences, published))
        .with("path", path);
  }

  /** A few users, so that a person can look: what they saw last, and what they get. */
  private static List<SampleUser> sample(Dataset<Row> sequences, Dataset<Row> lists) {
    List<Row> users =
        sequences
            .select(col("user_id"), expr("slice(reverse(items), 1, " + SAMPLE_ITEMS + ")"))
            .orderBy(expr("size(items)").desc(), col("user_id"))
            .limit(SAMPLE_USERS)
            .collectAsList();
    return users.stream()
        .map(
            user ->
                new SampleUser(
                    user.getString(0),
                    user.getList(1),
                    lists
                        .filter(col("user_id").equalTo(user.getString(0)))
                        .orderBy("rank")
                        .limit(SAMPLE_ITEMS)
                        .select("item_id")
                        .as(Encoders.STRING())
                        .collectAsList()))
        .toList();
  }

  /**
   * One user of the sample.
   *
   * @param newest items seen, the newest first
   * @param recommended items of the list, the best first
   */
  private record SampleUser(String user, List<String> newest, List<String> recommended) {}
}
