package io.nightjar.recommend;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.struct;

import io.nightjar.clicks.PartitionTallies;
import io.nightjar.clicks.Tally;
import io.nightjar.evaluation.Prefixes;
import io.nightjar.evaluation.Ranker;
import io.nightjar.vocabulary.Vocabulary;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Puts given candidates in order, instead of the whole catalogue: search results, ads, the items of
 * a shelf. Every candidate gets a rank within its user and query. Those of users whom the model
 * knows nothing of are ordered by popularity; items that the model does not know come last, by
 * their id. No filter is applied: what the candidates are is their maker's choice.
 */
public final class CandidateRanker {
  /** The rankings table; {@code score} is null where {@code scored_by} is {@code nothing}. */
  public static final StructType SCHEMA =
      new StructType()
          .add("user_id", DataTypes.StringType, false)
          .add("query", DataTypes.StringType, false)
          .add("rank", DataTypes.IntegerType, false)
          .add("item_id", DataTypes.StringType, false)
          .add("score", DataTypes.FloatType, true)
          .add("scored_by", DataTypes.StringType, false)
          .add("model_version", DataTypes.StringType, false)
          .add("generated_at", DataTypes.TimestampType, false);

  private static final String CANDIDATES = "candidates";

  private final SparkSession spark;
  private final Recommender.Settings settings;
  private final PartitionTallies tallies;

  /**
   * @param tallies gets {@code rows/model}, {@code rows/popularity} and {@code rows/nothing} by
   *     what a candidate was scored by, and {@code users/known} and {@code users/unknown}
   */
  public CandidateRanker(
      SparkSession spark, Recommender.Settings settings, PartitionTallies tallies) {
    this.spark = spark;
    this.settings = settings;
    this.tallies = tallies;
  }

  /**
   * The rankings. One user's candidates are held in memory at a time.
   *
   * @param candidates {@code user_id, query, item_id}, none null; a row that comes twice counts
   *     once
   * @param sequences {@code user_id, items[]}
   */
  public Dataset<Row> rank(
      Dataset<Row> candidates,
      Dataset<Row> sequences,
      Ranker model,
      Ranker popularity,
      Broadcast<Vocabulary> vocabulary) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<List<Ranker>> rankers = context.broadcast(List.of(model, popularity));
    Dataset<Row> users =
        candidates
            .groupBy("user_id")
            .agg(collect_set(struct(col("query"), col("item_id"))).as(CANDIDATES))
            .join(sequences.select("user_id", "items"), "user_id", "left_outer");
    Recommender.Settings ofTasks = settings;
    PartitionTallies counts = tallies;
    return spark.createDataFrame(
        UserBatches.of(users, settings.recommend().batch())
            .javaRDD()
            .mapPartitions(
                rows -> {
                  Ordering ordering = new Ordering(ofTasks, vocabulary.value(), rankers.value());
                  TaskContext.get()
                      .addTaskCompletionListener((TaskCompletionListener) task -> ordering.close());
                  return new RowsByBatch<>(
                      new UserBatches(rows), ordering::rows, () -> counts.report(ordering.tally));
                }),
        SCHEMA);
  }

  /** A candidate for one query; an item that the model does not know has index 0. */
  private record Candidate(String item, int index, float score) {}

  /** One task's users. */
  private static final class Ordering {
    private final Recommender.Settings settings;
    private final Vocabulary vocabulary;
    private final Ranker.Scorer model;
    private final Ranker.Scorer popularity;
    private final Tally tally = new Tally();

    Ordering(Recommender.Settings settings, Vocabulary vocabulary, List<Ranker> rankers) {
      this.settings = settings;
      this.vocabulary = vocabulary;
      this.model = rankers.get(0).open();
      this.popularity = rankers.get(1).open();
      popularity.prepare(Prefixes.whole(new int[][] {{Vocabulary.PADDING}}));
    }

    void close() {
      model.close();
      popularity.close();
    }

    List<Row> rows(List<Row> users) {
      List<Row> known = new ArrayList<>();
      List<int[]> histories = new ArrayList<>();
      List<Row> rows = new ArrayList<>();
      for (Row user : users) {
        int[] history = history(user);
        if (history.length < settings.recommend().minHistory()) {
          tally.add("users", "unknown");
          rows.addAll(ranked(user, popularity, 0, 1, "popularity"));
        } else {
          tally.add("users", "known");
          known.add(user);
          histories.add(history);
        }
      }
      if (!known.isEmpty()) {
        model.prepare(Prefixes.whole(histories.toArray(int[][]::new)));
      }
      for (int i = 0; i < known.size(); i++) {
        rows.addAll(ranked(known.get(i), model, i, known.size(), "model"));
      }
      return rows;
    }

    private int[] history(Row user) {
      int items = user.fieldIndex("items");
      return user.isNullAt(items) ? new int[0] : vocabulary.indicesOfKnown(user.getList(items));
    }

    /** One user's candidates, query by query. */
    private List<Row> ranked(
        Row user, Ranker.Scorer scorer, int prefix, int prefixes, String scoredBy) {
      Map<String, List<String>> queries = new TreeMap<>();
      for (Row candidate : user.<Row>getList(user.fieldIndex(CANDIDATES))) {
        queries
            .computeIfAbsent(candidate.getString(0), query -> new ArrayList<>())
            .add(candidate.getString(1));
      }
      List<Row> rows = new ArrayList<>();
      queries.forEach(
          (query, items) -> {
            int rank = 1;
            for (Candidate candidate : inOrder(items, scorer, prefix, prefixes)) {
              boolean isKnown = candidate.index() != Vocabulary.PADDING;
              tally.add("rows", isKnown ? scoredBy : "nothing");
              rows.add(
                  RowFactory.create(
                      user.getAs("user_id"),
                      query,
                      rank++,
                      candidate.item(),
                      isKnown ? candidate.score() : null,
                      isKnown ? scoredBy : "nothing",
                      settings.modelVersion(),
                      Timestamp.from(settings.asOf())));
            }
          });
      return rows;
    }

    /** By score; of equals the more frequent item first, those without a score last. */
    private List<Candidate> inOrder(
        List<String> items, Ranker.Scorer scorer, int prefix, int prefixes) {
      int[] known = vocabulary.indicesOfKnown(items);
      float[] scores = new float[known.length];
      scorer.score(prefix, prefixes, known, scores);
      List<Candidate> candidates = new ArrayList<>(items.size());
      int next = 0;
      for (String item : items) {
        int index = vocabulary.index(item);
        float score = index == Vocabulary.PADDING ? Float.NEGATIVE_INFINITY : scores[next++];
        candidates.add(new Candidate(item, index, score));
      }
      candidates.sort(
          Comparator.comparing((Candidate candidate) -> candidate.index() == Vocabulary.PADDING)
              .thenComparing(Comparator.comparing(Candidate::score).reversed())
              .thenComparing(Candidate::index)
              .thenComparing(Candidate::item));
      return candidates;
    }
  }
}
