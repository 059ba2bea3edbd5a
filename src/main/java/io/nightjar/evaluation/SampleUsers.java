package io.nightjar.evaluation;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.xxhash64;

import io.nightjar.recommend.TopK;
import io.nightjar.vocabulary.Vocabulary;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A few held-out users as a person would look at them. */
public final class SampleUsers {
  private static final int LIST_LENGTH = 10;

  private SampleUsers() {}

  /**
   * One user.
   *
   * @param history items seen, the newest first
   * @param recommended the best ones, best first
   * @param next what came in truth
   */
  public record Sample(
      String user, List<String> history, List<String> recommended, List<String> next) {}

  /**
   * Users drawn by the hash of their id, so that the same ones are seen night after night.
   *
   * @param part {@code user_id, items[], first_target}
   */
  public static List<Sample> of(
      Ranker ranker, Dataset<Row> part, Vocabulary vocabulary, JudgeSettings settings, int users) {
    List<Sample> samples = new ArrayList<>();
    try (Ranker.Scorer scorer = ranker.open()) {
      for (Row row :
          part.select("user_id", "items", "first_target")
              .orderBy(xxhash64(col("user_id")), col("user_id"))
              .limit(users)
              .collectAsList()) {
        List<String> items = row.getList(1);
        List<String> seen = items.subList(0, row.getInt(2));
        int[] known = vocabulary.indicesOfKnown(seen);
        samples.add(
            new Sample(
                row.getString(0),
                newest(seen),
                known.length == 0
                    ? List.of()
                    : list(scorer, known, vocabulary, settings.excludeSeen()),
                first(items.subList(row.getInt(2), items.size()))));
      }
    }
    return samples;
  }

  private static List<String> list(
      Ranker.Scorer scorer, int[] known, Vocabulary vocabulary, boolean excludeSeen) {
    float[] scores = new float[vocabulary.items()];
    scorer.prepare(Prefixes.whole(new int[][] {known}));
    scorer.score(1, vocabulary.size(), scores);
    if (excludeSeen) {
      for (int item : known) {
        scores[item - 1] = Float.NEGATIVE_INFINITY;
      }
    }
    TopK best = new TopK(Math.min(LIST_LENGTH, vocabulary.items()));
    for (int i = 0; i < scores.length; i++) {
      best.offer(i + 1, scores[i]);
    }
    List<String> list = new ArrayList<>();
    for (TopK.Ranked item : best.drain()) {
      list.add(vocabulary.itemId(item.index()));
    }
    return list;
  }

  private static List<String> newest(List<String> items) {
    List<String> reversed = new ArrayList<>(items);
    Collections.reverse(reversed);
    return first(reversed);
  }

  private static List<String> first(List<String> items) {
    return List.copyOf(items.subList(0, Math.min(LIST_LENGTH, items.size())));
  }
}
