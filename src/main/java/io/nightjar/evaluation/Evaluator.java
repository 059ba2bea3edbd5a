package io.nightjar.evaluation;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.nightjar.vocabulary.Vocabulary;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Judges models on a held-out part: the next item at every target position, ranked exactly among
 * the whole catalogue. Items that the model does not know are left out of the history; a target
 * that it does not know is a miss, and counted.
 */
public final class Evaluator {
  private static final double MILLIS_PER_SECOND = 1e3;

  private final JavaSparkContext spark;
  private final JudgeSettings settings;
  private final Clock clock;

  public Evaluator(JavaSparkContext spark, JudgeSettings settings, Clock clock) {
    this.spark = spark;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Marks the users of a held-out part that training knows.
   *
   * @param part {@code user_id, items[], first_target}
   * @param train {@code user_id}
   * @return {@code user_id, items[], first_target, known_user}
   */
  public static Dataset<Row> withKnownUsers(Dataset<Row> part, Dataset<Row> train) {
    Dataset<Row> known = train.select("user_id").distinct().withColumn("known", lit(true));
    return part.select("user_id", "items", "first_target")
        .join(known, part.col("user_id").equalTo(known.col("user_id")), "left")
        .select(
            part.col("user_id"),
            col("items"),
            col("first_target"),
            coalesce(col("known"), lit(false)).as("known_user"));
  }

  /**
   * Judges one model.
   *
   * @param part {@code user_id, items[], first_target}, and {@code known_user} from {@link
   *     #withKnownUsers}; without it every user counts as new
   */
  public ModelMetrics evaluate(Ranker ranker, Dataset<Row> part, Broadcast<Vocabulary> vocabulary) {
    Instant start = clock.instant();
    Broadcast<Ranker> shared = spark.broadcast(ranker);
    JudgeSettings judged = settings;
    PopularityBands bands = new PopularityBands(vocabulary.value());
    Dataset<Row> marked =
        Arrays.asList(part.columns()).contains("known_user")
            ? part
            : part.withColumn("known_user", lit(false));
    List<Judgement> partials =
        marked
            .select("user_id", "items", "first_target", "known_user")
            .javaRDD()
            .mapPartitions(
                rows -> {
                  try (Ranker.Scorer scorer = shared.value().open()) {
                    HeldOutJudge judge =
                        new HeldOutJudge(scorer, vocabulary.value(), bands, judged);
                    while (rows.hasNext()) {
                      Row row = rows.next();
                      judge.add(
                          new HeldOutSequence(
                              row.getString(0), row.getList(1), row.getInt(2), row.getBoolean(3)));
                    }
                    return List.of(judge.finish()).iterator();
                  }
                })
            .collect();
    shared.destroy();
    Judgement total = new Judgement(settings, vocabulary.value().size());
    partials.forEach(total::merge);
    double seconds = Duration.between(start, clock.instant()).toMillis() / MILLIS_PER_SECOND;
    return ModelMetrics.of(ranker.name(), total, vocabulary.value().counts(), seconds);
  }
}
