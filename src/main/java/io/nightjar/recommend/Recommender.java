package io.nightjar.recommend;

import io.nightjar.clicks.PartitionTallies;
import io.nightjar.config.RecommendConfig;
import io.nightjar.evaluation.CosineRanker;
import io.nightjar.evaluation.Ranker;
import io.nightjar.network.SequenceEncoder;
import io.nightjar.vocabulary.Vocabulary;
import java.io.Serializable;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Gives every user the K items most likely next. Users of whom too little is on record, and the
 * user {@code *} who stands for everybody unknown, get the most popular items.
 */
public final class Recommender {
  /** The recommendations table. */
  public static final StructType SCHEMA =
      new StructType()
          .add("user_id", DataTypes.StringType, false)
          .add("rank", DataTypes.IntegerType, false)
          .add("item_id", DataTypes.StringType, false)
          .add("score", DataTypes.FloatType, false)
          .add("reason", DataTypes.StringType, false)
          .add("model_version", DataTypes.StringType, false)
          .add("generated_at", DataTypes.TimestampType, false)
          .add("settings", DataTypes.StringType, false);

  /** Stands for every user without a list of their own. */
  public static final String ANYBODY = "*";

  private final SparkSession spark;
  private final Settings settings;
  private final PartitionTallies tallies;

  /**
   * @param tallies gets {@code users/scored} and {@code users/fallback}, and {@code
   *     removed/<filter>}: how many of scored users' K best items each filter took out of their
   *     lists
   */
  public Recommender(SparkSession spark, Settings settings, PartitionTallies tallies) {
    this.spark = spark;
    this.settings = settings;
    this.tallies = tallies;
  }

  /**
   * What scores.
   *
   * @param personal for users with a history
   * @param popularity for the others
   * @param encoder of the network, for states on record and for item vectors
   */
  public record Models(Ranker personal, Ranker popularity, SequenceEncoder encoder)
      implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /** The instant that a day's lists are for: its end, UTC. */
  public static Instant endOf(LocalDate date) {
    return date.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  /**
   * What lists are made under.
   *
   * @param seed starts the draws of sampled lists
   * @param date the day whose end the lists are for; it becomes {@code generated_at}, so that the
   *     same inputs give the same rows
   * @param fingerprint names everything that a list depends on but the user and the date; equal
   *     fingerprints, equal lists
   */
  public record Settings(
      RecommendConfig recommend, String modelVersion, long seed, LocalDate date, String fingerprint)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    /** The instant that the lists are for: the end of the day, UTC. */
    public Instant asOf() {
      return endOf(date);
    }

    void perturb(String user, float[] scores, int at, int width, int firstItem) {
      if (recommend.temperature() > 0) {
        new GumbelNoise(recommend.temperature(), seed, date)
            .perturb(user, scores, at, width, firstItem);
      }
    }
  }

  /**
   * Lists for every sequence, and the fallback list.
   *
   * @param sequences {@code user_id, items[], times[]}; {@code events[]} where only some types of
   *     them exclude items, and {@code state[]} where the network need not go through them
   */
  public Dataset<Row> recommend(
      Dataset<Row> sequences,
      Models models,
      Catalogue catalogue,
      Broadcast<Vocabulary> vocabulary) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<Shared> shared =
        context.broadcast(new Shared(models, catalogue, diversity(models.encoder())));
    Settings ofTasks = settings;
    PartitionTallies counts = tallies;
    JavaRDD<Row> personal =
        UserBatches.of(sequences, settings.recommend().batch())
            .javaRDD()
            .mapPartitions(
                users ->
                    shared
                        .value()
                        .open(ofTasks, vocabulary.value())
                        .lists(new UserBatches(users), counts));
    JavaRDD<Row> anybody =
        context
            .parallelize(List.of(ANYBODY), 1)
            .flatMap(
                user -> shared.value().open(ofTasks, vocabulary.value()).fallback(user).iterator());
    return spark.createDataFrame(personal.union(anybody), SCHEMA);
  }

  private Diversity diversity(SequenceEncoder encoder) {
    if (!settings.recommend().diversity().isWanted()) {
      return null;
    }
    int dimensions = encoder.parameters().shape().embedding();
    return new Diversity(
        settings.recommend().diversity().lambda(),
        CosineRanker.unitVectors(encoder.parameters().inputRows(), dimensions),
        dimensions);
  }

  /** What every task of an executor needs. */
  private record Shared(Models models, Catalogue catalogue, Diversity diversity)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Makes lists until the task ends. */
    ListMaker open(Settings settings, Vocabulary vocabulary) {
      ListMaker maker = new ListMaker(settings, vocabulary, catalogue, models, diversity);
      TaskContext.get().addTaskCompletionListener((TaskCompletionListener) task -> maker.close());
      return maker;
    }
  }
}
