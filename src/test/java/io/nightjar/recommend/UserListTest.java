package io.nightjar.recommend;

import static io.nightjar.recommend.Shop.HISTORIES;
import static io.nightjar.recommend.Shop.ITEMS;
import static io.nightjar.recommend.Shop.VOCABULARY;
import static io.nightjar.recommend.Shop.config;
import static io.nightjar.recommend.Shop.items;
import static org.assertj.core.api.Assertions.assertThat;

import io.nightjar.config.RecommendConfig;
import io.nightjar.evaluation.CosineRanker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What filters take out of lists, how it is counted, and lists that are to differ in themselves.
 */
class UserListTest {
  private static final int K = 30;

  @TempDir private Path directory;

  @Test
  void seenItemsOfTheBestAreCounted() {
    Shop.Lists lists = lists(config("k=" + K));
    long expected = 0;
    for (List<String> history : HISTORIES.values()) {
      expected += best(history).stream().filter(history::contains).count();
    }
    assertThat(expected).isPositive();
    assertThat(lists.removed()).isEqualTo(Map.of("seen", expected));
  }

  @Test
  void itemsOfTheBestThatScoreTooLowAreCounted() {
    float least = 0.5f;
    Shop.Lists lists = lists(config("k=" + K, "exclude-seen=false", "min-score=" + least));
    long expected = 0;
    for (List<String> history : HISTORIES.values()) {
      float[] scores = Shop.scores(history);
      expected +=
          best(history).stream().filter(item -> scores[VOCABULARY.index(item)] < least).count();
    }
    assertThat(expected).isPositive();
    assertThat(lists.removed()).isEqualTo(Map.of("min-score", expected));
  }

  @Test
  void itemsOfTheBestWhoseCategoryIsFullAreCounted() throws IOException {
    StringBuilder csv = new StringBuilder("item_id,category\n");
    IntStream.rangeClosed(1, ITEMS).forEach(i -> csv.append("i" + i + ",c" + i % 9 + "\n"));
    Path categories = Files.writeString(directory.resolve("categories.csv"), csv.toString());
    Shop.Lists lists =
        lists(
            config(
                "k=18",
                "exclude-seen=false",
                "categories=\"" + categories + "\"",
                "max-per-category=2"));
    long expected = 0;
    for (Map.Entry<String, List<String>> user : HISTORIES.entrySet()) {
      List<String> shown = items(lists.ofUser().get(user.getKey()));
      expected +=
          best(user.getValue()).subList(0, 18).stream()
              .filter(item -> !shown.contains(item))
              .count();
    }
    assertThat(expected).isPositive();
    assertThat(lists.removed()).isEqualTo(Map.of("category", expected));
  }

  @Test
  void diverseListsAreWhatMaximalMarginalRelevanceChooses() {
    double lambda = 0.6;
    RecommendConfig config =
        config("k=10", "exclude-seen=false", "diversity { lambda = " + lambda + ", pool = 3 }");
    Map<String, List<Row>> lists = lists(config).ofUser();
    HISTORIES.forEach(
        (user, history) ->
            assertThat(items(lists.get(user)))
                .isEqualTo(marginal(best(history), Shop.scores(history), lambda, 10)));
  }

  @Test
  void diverseListsDifferMoreInThemselvesAndCountWhatTheyLeaveOut() {
    Shop.Lists plain = lists(config("k=10"));
    Shop.Lists diverse = lists(config("k=10", "diversity.lambda=0.2"));
    assertThat(likeness(diverse)).isLessThan(likeness(plain) - 0.05);
    assertThat(diverse.removed().get("diversity")).isPositive();
    assertThat(diverse.ofUser().get("*")).isEqualTo(plain.ofUser().get("*"));
  }

  /** Straight from the formula. */
  private static List<String> marginal(
      List<String> pool, float[] scores, double lambda, int wanted) {
    double highest = scores[VOCABULARY.index(pool.get(0))];
    double lowest = scores[VOCABULARY.index(pool.get(pool.size() - 1))];
    List<String> chosen = new ArrayList<>();
    while (chosen.size() < wanted) {
      String next = null;
      double best = Double.NEGATIVE_INFINITY;
      for (String item : pool) {
        double nearest = chosen.stream().mapToDouble(other -> cosine(item, other)).max().orElse(0);
        double score = (scores[VOCABULARY.index(item)] - lowest) / (highest - lowest);
        double marginal = lambda * score - (1 - lambda) * nearest;
        if (!chosen.contains(item) && marginal > best) {
          best = marginal;
          next = item;
        }
      }
      chosen.add(next);
    }
    return chosen;
  }

  /** Mean cosine between the items of a list. */
  private static double likeness(Shop.Lists lists) {
    return HISTORIES.keySet().stream()
        .map(user -> items(lists.ofUser().get(user)))
        .flatMapToDouble(
            list ->
                list.stream()
                    .flatMapToDouble(
                        item ->
                            list.stream()
                                .filter(other -> !other.equals(item))
                                .mapToDouble(other -> cosine(item, other))))
        .average()
        .orElseThrow();
  }

  private static double cosine(String item, String other) {
    float[] units =
        CosineRanker.unitVectors(Shop.ENCODER.parameters().inputRows(), Shop.DIMENSIONS);
    double product = 0;
    for (int d = 0; d < Shop.DIMENSIONS; d++) {
      product +=
          units[VOCABULARY.index(item) * Shop.DIMENSIONS + d]
              * units[VOCABULARY.index(other) * Shop.DIMENSIONS + d];
    }
    return product;
  }

  /** The K best items of the whole catalogue. */
  private static List<String> best(List<String> history) {
    float[] scores = Shop.scores(history);
    return IntStream.rangeClosed(1, ITEMS)
        .boxed()
        .sorted((a, b) -> Float.compare(scores[b], scores[a]))
        .limit(K)
        .map(i -> "i" + i)
        .toList();
  }

  private static Shop.Lists lists(RecommendConfig config) {
    return Shop.lists(config, Shop.DATE, Shop.sequences());
  }
}
