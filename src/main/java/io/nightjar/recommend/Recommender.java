package io.nightjar.recommend;

import io.nightjar.config.RecommendConfig;
import io.nightjar.evaluation.Ranker;
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
          .add("generated_at", DataTypes.TimestampType, false);

  /** Stands for every user without a list of their own. */
  public static final String ANYBODY = "*";

  private static final int BATCH_COLUMN = 3;

  private final SparkSession spark;
  private final Settings settings;

  public Recommender(SparkSession spark, Settings settings) {
    this.spark = spark;
    this.settings = settings;
  }

  /**
   * What lists are made under.
   *
   * @param seed starts the draws of sampled lists
   * @param date the day whose end the lists are for; it becomes {@code generated_at}, so that the
   *     same inputs give the same rows
   */
  public record Settings(RecommendConfig recommend, String modelVersion, long seed, LocalDate date)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    /** The instant that the lists are for: the end of the day, UTC. */
    public Instant asOf() {
      return date.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
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
   * @param sequences {@code user_id, items[], times[]}
   */
  public Dataset<Row> recommend(
      Dataset<Row> sequences,
      Ranker model,
      Ranker popularity,
      Catalogue catalogue,
      Broadcast<Vocabulary> vocabulary) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<Shared> shared = context.broadcast(new Shared(model, popularity, catalogue));
    Settings ofTasks = settings;
    JavaRDD<Row> personal =
        UserBatches.of(sequences.select("user_id", "items", "times"), settings.recommend().batch())
            .javaRDD()
            .mapPartitions(
                users ->
                    shared
                        .value()
                        .open(ofTasks, vocabulary.value())
                        .lists(new UserBatches(users, BATCH_COLUMN)));
    JavaRDD<Row> anybody =
        context
            .parallelize(List.of(ANYBODY), 1)
            .flatMap(
                user -> shared.value().open(ofTasks, vocabulary.value()).fallback(user).iterator());
    return spark.createDataFrame(personal.union(anybody), SCHEMA);
  }

  /** What every task of an executor needs. */
  private record Shared(Ranker model, Ranker popularity, Catalogue catalogue)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Makes lists until the task ends. */
    ListMaker open(Settings settings, Vocabulary vocabulary) {
      ListMaker maker = new ListMaker(settings, vocabulary, catalogue, model, popularity);
      TaskContext.get().addTaskCompletionListener((TaskCompletionListener) task -> maker.close());
      return maker;
    }
  }
}
