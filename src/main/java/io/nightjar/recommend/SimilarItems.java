package io.nightjar.recommend;

import io.nightjar.evaluation.CosineRanker;
import io.nightjar.evaluation.Prefixes;
import io.nightjar.evaluation.Ranker;
import io.nightjar.vocabulary.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
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
 * For every item the K items whose vectors point most nearly in its direction, by the same blocked
 * search through the catalogue that users' lists are made with. Exact.
 */
public final class SimilarItems {
  /** The similar items table. */
  public static final StructType SCHEMA =
      new StructType()
          .add("item_id", DataTypes.StringType, false)
          .add("rank", DataTypes.IntegerType, false)
          .add("similar_item_id", DataTypes.StringType, false)
          .add("similarity", DataTypes.FloatType, false);

  private static final int TASKS_PER_SLOT = 4;

  private final SparkSession spark;
  private final int k;
  private final int batch;

  /**
   * @param k items per item
   * @param batch items that go through the catalogue together
   */
  public SimilarItems(SparkSession spark, int k, int batch) {
    this.spark = spark;
    this.k = k;
    this.batch = batch;
  }

  /**
   * The table: for each item the ranks 1 to K, or to as many as there are other items.
   *
   * @param items whose vectors are compared
   */
  public Dataset<Row> of(CosineRanker items, Broadcast<Vocabulary> vocabulary) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<CosineRanker> shared = context.broadcast(items);
    int size = vocabulary.value().size();
    int step = batch;
    int places = Math.min(k, Math.max(1, size - 2));
    List<Integer> starts =
        IntStream.iterate(1, from -> from < size, from -> from + step).boxed().toList();
    int tasks = Math.min(starts.size(), TASKS_PER_SLOT * context.defaultParallelism());
    JavaRDD<Row> rows =
        context
            .parallelize(starts, Math.max(1, tasks))
            .mapPartitions(
                batches -> {
                  Search search = new Search(shared.value().open(), vocabulary.value(), places);
                  TaskContext.get()
                      .addTaskCompletionListener(
                          (TaskCompletionListener) task -> search.scorer.close());
                  return new RowsByBatch<>(batches, from -> search.from(from, step), () -> {});
                });
    return spark.createDataFrame(rows, SCHEMA);
  }

  /** One task's search. */
  private static final class Search {
    private final Ranker.Scorer scorer;
    private final Vocabulary vocabulary;
    private final BlockedTopK topK;
    private final int places;

    Search(Ranker.Scorer scorer, Vocabulary vocabulary, int places) {
      this.scorer = scorer;
      this.vocabulary = vocabulary;
      this.topK = new BlockedTopK(vocabulary.size());
      this.places = places;
    }

    /** The rows of a batch of items. */
    List<Row> from(int firstItem, int count) {
      int[][] items =
          IntStream.range(firstItem, Math.min(vocabulary.size(), firstItem + count))
              .mapToObj(item -> new int[] {item})
              .toArray(int[][]::new);
      TopK[] nearest = new TopK[items.length];
      Arrays.setAll(nearest, i -> new TopK(places));
      scorer.prepare(Prefixes.whole(items));
      topK.scan(
          scorer,
          items.length,
          (i, scores, at, width, first) -> {
            int itself = items[i][0] - first;
            if (itself >= 0 && itself < width) {
              scores[at + itself] = Float.NaN;
            }
            nearest[i].offerAll(scores, at, width, first);
          });
      List<Row> rows = new ArrayList<>(items.length * places);
      for (int i = 0; i < items.length; i++) {
        TopK.Ranked[] ranked = nearest[i].drain();
        for (int r = 0; r < ranked.length; r++) {
          rows.add(
              RowFactory.create(
                  vocabulary.itemId(items[i][0]),
                  r + 1,
                  vocabulary.itemId(ranked[r].index()),
                  ranked[r].score()));
        }
      }
      return rows;
    }
  }
}
