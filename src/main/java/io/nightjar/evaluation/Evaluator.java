package io.nightjar.evaluation;

import io.nightjar.vocabulary.Vocabulary;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Judges models on a held-out part: the next item at every target position, ranked among the whole
 * catalogue. Items that the model does not know are left out of the history; a target that it does
 * not know is a miss.
 */
public final class Evaluator {
  private final JavaSparkContext spark;
  private final List<Integer> ks;

  public Evaluator(JavaSparkContext spark, List<Integer> ks) {
    this.spark = spark;
    this.ks = List.copyOf(ks);
  }

  /**
   * One model's row.
   *
   * @param cases target positions judged
   * @param unknownTargets how many of them had a target that training never saw
   * @param metrics means by name, like {@code recall@20}
   */
  public record ModelMetrics(
      String name, long cases, long unknownTargets, Map<String, Double> metrics) {}

  /**
   * Judges one model.
   *
   * @param part {@code items[], first_target}
   */
  public ModelMetrics evaluate(Ranker ranker, Dataset<Row> part, Broadcast<Vocabulary> vocabulary) {
    Broadcast<Ranker> shared = spark.broadcast(ranker);
    JavaRDD<Row> sequences = part.select("items", "first_target").javaRDD();
    List<Integer> listLengths = ks;
    List<RankingMetrics> partials =
        sequences
            .mapPartitions(
                rows -> {
                  RankingMetrics sums = new RankingMetrics(listLengths);
                  Ranker.Scorer scorer = shared.value().open();
                  while (rows.hasNext()) {
                    Row row = rows.next();
                    judge(scorer, vocabulary.value(), row.getList(0), row.getInt(1), sums);
                  }
                  return List.of(sums).iterator();
                })
            .collect();
    shared.destroy();
    RankingMetrics total = partials.stream().reduce(new RankingMetrics(ks), RankingMetrics::merge);
    return new ModelMetrics(ranker.name(), total.cases(), total.unknownTargets(), total.means());
  }

  private static void judge(
      Ranker.Scorer scorer,
      Vocabulary vocabulary,
      List<String> itemIds,
      int firstTarget,
      RankingMetrics sums) {
    int[] history = vocabulary.indicesOfKnown(itemIds.subList(0, firstTarget));
    int[] targets = itemIds.stream().skip(firstTarget).mapToInt(vocabulary::index).toArray();
    int[] known = vocabulary.indicesOfKnown(itemIds);
    int seen = history.length;
    int shortest = Math.max(1, seen);
    float[][] scores =
        known.length < shortest ? new float[0][] : scorer.scores(known, shortest, known.length);
    for (int target : targets) {
      if (target == Vocabulary.PADDING) {
        sums.addUnknownTarget();
      } else if (seen == 0) {
        // Without any known item before it there is nothing to rank by.
        sums.add(vocabulary.size());
        seen++;
      } else {
        sums.add(RankingMetrics.rank(scores[seen - shortest], target));
        seen++;
      }
    }
  }
}
