package io.nightjar.recommend;

import io.nightjar.config.RecommendConfig;
import io.nightjar.evaluation.Prefixes;
import io.nightjar.evaluation.Ranker;
import io.nightjar.vocabulary.Vocabulary;
import java.io.Serializable;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Gives every user the K items most likely next. Users of whom no known item is on record, and the
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

  private static final String REASON_POPULAR = "popular";
  private static final String REASON_BECAUSE = "because:";

  private final SparkSession spark;
  private final RecommendConfig recommend;
  private final String modelVersion;
  private final Instant asOf;

  /**
   * @param asOf the instant that the lists are for; becomes {@code generated_at}, so that the same
   *     inputs give the same rows
   */
  public Recommender(
      SparkSession spark, RecommendConfig recommend, String modelVersion, Instant asOf) {
    this.spark = spark;
    this.recommend = recommend;
    this.modelVersion = modelVersion;
    this.asOf = asOf;
  }

  /**
   * Lists for every sequence, and the fallback list.
   *
   * @param sequences {@code user_id, items[]}
   */
  public Dataset<Row> recommend(
      Dataset<Row> sequences, Ranker model, Ranker fallback, Broadcast<Vocabulary> vocabulary) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<Ranker> sharedModel = context.broadcast(model);
    Broadcast<Ranker> sharedFallback = context.broadcast(fallback);
    Lists lists = new Lists(recommend, modelVersion, Timestamp.from(asOf));
    JavaRDD<Row> rows =
        sequences
            .select("user_id", "items")
            .javaRDD()
            .mapPartitions(
                users -> {
                  try (Ranker.Scorer personal = sharedModel.value().open();
                      Ranker.Scorer popular = sharedFallback.value().open()) {
                    return lists.of(users, vocabulary.value(), personal, popular);
                  }
                });
    JavaRDD<Row> anybody =
        context
            .parallelize(List.of(ANYBODY), 1)
            .flatMap(
                user -> {
                  try (Ranker.Scorer popular = sharedFallback.value().open()) {
                    return lists.popular(user, vocabulary.value(), popular).iterator();
                  }
                });
    return spark.createDataFrame(rows.union(anybody), SCHEMA);
  }

  /** Makes lists inside a task. */
  private record Lists(RecommendConfig recommend, String modelVersion, Timestamp generatedAt)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    Iterator<Row> of(
        Iterator<Row> users, Vocabulary vocabulary, Ranker.Scorer model, Ranker.Scorer fallback) {
      List<Row> rows = new ArrayList<>();
      while (users.hasNext()) {
        Row user = users.next();
        int[] known = vocabulary.indicesOfKnown(user.getList(1));
        rows.addAll(
            known.length == 0
                ? popular(user.getString(0), vocabulary, fallback)
                : personal(user.getString(0), known, vocabulary, model));
      }
      return rows.iterator();
    }

    private List<Row> personal(
        String user, int[] known, Vocabulary vocabulary, Ranker.Scorer model) {
      BitSet excluded = new BitSet();
      if (recommend.excludeSeen()) {
        Arrays.stream(known).forEach(excluded::set);
      }
      float[] scores = new float[vocabulary.items()];
      model.prepare(Prefixes.whole(new int[][] {known}));
      model.score(1, vocabulary.size(), scores);
      String reason = REASON_BECAUSE + vocabulary.itemId(known[known.length - 1]);
      return list(user, scores, excluded, reason, vocabulary);
    }

    List<Row> popular(String user, Vocabulary vocabulary, Ranker.Scorer fallback) {
      float[] scores = new float[vocabulary.items()];
      fallback.prepare(Prefixes.whole(new int[][] {{Vocabulary.PADDING}}));
      fallback.score(1, vocabulary.size(), scores);
      return list(user, scores, new BitSet(), REASON_POPULAR, vocabulary);
    }

    private List<Row> list(
        String user, float[] scores, BitSet excluded, String reason, Vocabulary vocabulary) {
      TopK best = new TopK(recommend.k());
      for (int index = 1; index < vocabulary.size(); index++) {
        if (!excluded.get(index)) {
          best.offer(index, scores[index - 1]);
        }
      }
      List<Row> rows = new ArrayList<>();
      for (TopK.Ranked item : best.drain()) {
        rows.add(
            RowFactory.create(
                user,
                rows.size() + 1,
                vocabulary.itemId(item.index()),
                item.score(),
                reason,
                modelVersion,
                generatedAt));
      }
      return rows;
    }
  }
}
