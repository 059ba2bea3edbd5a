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
                  try (Ranker.Scorer scorer = shared.value().open()) {
                    HeldOutJudge judge =
                        new HeldOutJudge(
                            scorer, vocabulary.value(), new RankingMetrics(listLengths));
                    while (rows.hasNext()) {
                      Row row = rows.next();
                      judge.add(row.getList(0), row.getInt(1));
                    }
                    return List.of(judge.finish()).iterator();
                  }
                })
            .collect();
    shared.destroy();
    RankingMetrics total = partials.stream().reduce(new RankingMetrics(ks), RankingMetrics::merge);
    return new ModelMetrics(ranker.name(), total.cases(), total.unknownTargets(), total.means());
  }
}
