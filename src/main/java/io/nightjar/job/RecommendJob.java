package io.nightjar.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.nightjar.config.RecommendConfig;
import io.nightjar.evaluation.CosineRanker;
import io.nightjar.evaluation.PopularityRanker;
import io.nightjar.network.NetworkParameters;
import io.nightjar.recommend.Catalogue;
import io.nightjar.recommend.CatalogueRules;
import io.nightjar.recommend.Recommender;
import io.nightjar.recommend.SimilarItems;
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
    RecommendingModel model = RecommendingModel.inUse(context);
    String version = model.version();
    Vocabulary vocabulary = model.vocabulary();
    RecommendConfig recommend = context.config().recommend();
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
    Catalogue catalogue =
        new CatalogueRules(context.spark(), recommend, Recommender.endOf(context.date()))
            .apply(vocabulary, items);
    Recommender.Settings settings =
        new Recommender.Settings(
            recommend,
            version,
            context.config().seed(),
            context.date(),
            ListFingerprint.of(context, model, catalogue));

    // Every item's neighbours; before the states of the night, which say that they are there.
    Broadcast<Vocabulary> sharedVocabulary = spark.broadcast(vocabulary);
    NightLists lists = new NightLists(context, settings, sequences, items);
    JobReport report = JobReport.empty();
    if (recommend.similarItems() > 0 && !lists.goesOn()) {
      report.with("similar_items", similarItems(context, model, items, sharedVocabulary));
    }

    // Everybody's list.
    Recommender.Models models =
        new Recommender.Models(
            model.ranker(context, sequences), new PopularityRanker(vocabulary), model.encoder());
    Path path = lists.publish(models, catalogue, sharedVocabulary);

    Dataset<Row> published = context.tables().read("recommendations", "dt", context.dt(), name());
    long rows = published.count();
    long users = published.filter("rank = 1").count() - 1;
    LOG.info("{} rows for {} users", rows, users);
    return report
        .with("rows_out", rows)
        .with("users", users)
        .with("users_by_list", lists.users())
        .with("states", lists.counts())
        .with("events_folded", lists.eventsFolded())
        .with("k", recommend.k())
        .with("items_removed", catalogue.removed())
        .with("removed", lists.removed())
        .with("model_version", version)
        .with("sample", sample(sequences, published))
        .with("path", path);
  }

  /** Publishes the neighbours of the model's items; returns where they are. */
  private static Path similarItems(
      JobContext context,
      RecommendingModel model,
      Dataset<Row> items,
      Broadcast<Vocabulary> vocabulary)
      throws IOException {
    NetworkParameters parameters = model.encoder().parameters();
    CosineRanker cosine = new CosineRanker(parameters.inputRows(), parameters.shape().embedding());
    RecommendConfig recommend = context.config().recommend();
    Dataset<Row> similar =
        new SimilarItems(context.spark(), recommend.similarItems(), recommend.batch())
            .of(cosine, vocabulary);
    return context
        .tables()
        .publish(
            similar,
            "similar_items",
            "version",
            model.version(),
            Map.of(
                "item_id",
                items,
                "similar_item_id",
                items.withColumnRenamed("item_id", "similar_item_id")));
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
