package io.nightjar.evaluation;

import io.nightjar.recommend.TopK;
import io.nightjar.vocabulary.Vocabulary;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Gathers the cases that a blend is fitted on. Of each case the best items of every model are kept,
 * and the target: an item that no model has among its best is not among the blend's best either.
 */
final class BlendCases {
  /** A model's best items of a case. */
  private static final int BEST = 100;

  private final JavaSparkContext spark;
  private final List<Ranker> models;
  private final int most;

  /**
   * @param most cases at most, spread evenly over the part
   */
  BlendCases(JavaSparkContext spark, List<Ranker> models, int most) {
    this.spark = spark;
    this.models = models;
    this.most = most;
  }

  /**
   * The cases of a part.
   *
   * @param part {@code items[], first_target}
   */
  List<BlendCase> of(Dataset<Row> part, Broadcast<Vocabulary> vocabulary) {
    long targets =
        part.selectExpr("coalesce(sum(size(items) - first_target), 0)").first().getLong(0);
    long every = Math.max(1, (targets + most - 1) / most);
    Broadcast<List<Ranker>> shared = spark.broadcast(models);
    List<BlendCase> cases =
        part.select("items", "first_target")
            .javaRDD()
            .mapPartitions(
                rows -> {
                  List<Ranker.Scorer> scorers = new ArrayList<>();
                  shared.value().forEach(model -> scorers.add(model.open()));
                  try {
                    List<BlendCase> ofPartition = new ArrayList<>();
                    long[] seen = {0};
                    while (rows.hasNext()) {
                      Row row = rows.next();
                      ofPartition.addAll(
                          cases(
                              row.getList(0),
                              row.getInt(1),
                              scorers,
                              vocabulary.value(),
                              every,
                              seen));
                    }
                    return ofPartition.iterator();
                  } finally {
                    scorers.forEach(Ranker.Scorer::close);
                  }
                })
            .collect();
    shared.destroy();
    return cases;
  }

  /** Every n-th case with a known target and a known history. */
  private static List<BlendCase> cases(
      List<String> itemIds,
      int firstTarget,
      List<Ranker.Scorer> scorers,
      Vocabulary vocabulary,
      long every,
      long[] seen) {
    int[] known = vocabulary.indicesOfKnown(itemIds);
    int history = vocabulary.indicesOfKnown(itemIds.subList(0, firstTarget)).length;
    List<BlendCase> cases = new ArrayList<>();
    for (int target = Math.max(1, history); target < known.length; target++) {
      if (seen[0]++ % every == 0) {
        cases.add(blendCase(known, target, scorers, vocabulary));
      }
    }
    return cases;
  }

  private static BlendCase blendCase(
      int[] sequence, int target, List<Ranker.Scorer> scorers, Vocabulary vocabulary) {
    Prefixes prefix = new Prefixes(new int[][] {sequence}, new int[] {0}, new int[] {target});
    float[][] all = new float[scorers.size()][vocabulary.items()];
    Set<Integer> candidates = new LinkedHashSet<>();
    candidates.add(sequence[target]);
    for (int m = 0; m < all.length; m++) {
      scorers.get(m).prepare(prefix);
      scorers.get(m).score(1, vocabulary.size(), all[m]);
      TopK best = new TopK(Math.min(BEST, vocabulary.items()));
      for (int i = 0; i < all[m].length; i++) {
        best.offer(i + 1, all[m][i]);
      }
      for (TopK.Ranked item : best.drain()) {
        candidates.add(item.index());
      }
    }
    float[][] scores = new float[all.length][candidates.size()];
    int candidate = 0;
    for (int item : candidates) {
      for (int m = 0; m < all.length; m++) {
        scores[m][candidate] = all[m][item - 1];
      }
      candidate++;
    }
    return new BlendCase(scores);
  }
}
