package io.nightjar.job;

import io.nightjar.clicks.PartitionTallies;
import io.nightjar.clicks.Tally;
import io.nightjar.evaluation.PopularityRanker;
import io.nightjar.recommend.CandidateRanker;
import io.nightjar.recommend.CandidateTable;
import io.nightjar.recommend.Catalogue;
import io.nightjar.recommend.Recommender;
import io.nightjar.vocabulary.Vocabulary;
import java.io.IOException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Given candidates are put in order for their users: search results, ads, shelves. */
public final class RankJob implements Job {
  private static final Logger LOG = LoggerFactory.getLogger(RankJob.class);
  private static final String TABLE = "rankings";

  @Override
  public String name() {
    return "rank";
  }

  @Override
  public JobReport run(JobContext context) throws IOException {
    CandidateTable table = CandidateTable.read(context.spark(), context.config().rank());
    RecommendingModel model = RecommendingModel.inUse(context);
    String version = model.version();
    Dataset<Row> sequences = context.tables().read("sequences", "dt", context.dt(), "sessionize");

    // Every candidate in its place.
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(context.spark().sparkContext());
    Broadcast<Vocabulary> vocabulary = spark.broadcast(model.vocabulary());
    PartitionTallies tallies = PartitionTallies.register(spark.sc(), "candidates");
    Recommender.Settings settings =
        new Recommender.Settings(
            context.config().recommend(),
            version,
            context.config().seed(),
            context.date(),
            ListFingerprint.of(context, model, Catalogue.everything(model.vocabulary().size())));
    Dataset<Row> ranked =
        new CandidateRanker(context.spark(), settings, tallies)
            .rank(
                table.candidates(),
                sequences,
                model.ranker(context, sequences),
                new PopularityRanker(model.vocabulary()),
                vocabulary);
    Path path = context.tables().publish(ranked, TABLE, "dt", context.dt());

    Tally counts = tallies.sum();
    LOG.info("{} candidates ranked, scored by {}", counts.total("rows"), counts.group("rows"));
    return JobReport.empty()
        .with("rows_in", table.rows())
        .with("rows_out", counts.total("rows"))
        .with("dropped", table.dropped(counts.total("rows")))
        .with("scored_by", counts.group("rows"))
        .with("unknown_users", counts.count("users", "unknown"))
        .with("unknown_items", counts.count("rows", "nothing"))
        .with("known_users", counts.count("users", "known"))
        .with("model_version", version)
        .with("path", path);
  }
}
