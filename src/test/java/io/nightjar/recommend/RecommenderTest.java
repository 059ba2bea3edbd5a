package io.nightjar.recommend;

import static io.nightjar.recommend.Shop.DATE;
import static io.nightjar.recommend.Shop.HISTORIES;
import static io.nightjar.recommend.Shop.ITEMS;
import static io.nightjar.recommend.Shop.USERS;
import static io.nightjar.recommend.Shop.VOCABULARY;
import static io.nightjar.recommend.Shop.catalogue;
import static io.nightjar.recommend.Shop.config;
import static io.nightjar.recommend.Shop.items;
import static io.nightjar.recommend.Shop.scores;
import static io.nightjar.recommend.Shop.sequences;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nightjar.clicks.InputException;
import io.nightjar.config.RecommendConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecommenderTest {
  @TempDir private Path directory;

  @Test
  void listsAreWhatBruteForceFinds() {
    Map<String, List<Row>> lists = lists("batch=7", "k=13");
    assertThat(lists).containsKey("*").hasSize(USERS + 2);
    HISTORIES.forEach(
        (user, history) -> {
          float[] scores = scores(history);
          List<String> expected =
              IntStream.rangeClosed(1, ITEMS)
                  .boxed()
                  .filter(i -> !history.contains("i" + i))
                  .sorted((a, b) -> Float.compare(scores[b], scores[a]))
                  .limit(13)
                  .map(i -> "i" + i)
                  .toList();
          assertThat(items(lists.get(user))).isEqualTo(expected);
          assertThat(lists.get(user).get(0).getFloat(3))
              .isCloseTo(scores[VOCABULARY.index(expected.get(0))], within(1e-5f));
        });
  }

  @Test
  void theSizeOfBatchesOnlyChangesHowScoresAreRounded() {
    Map<String, List<Row>> alone = lists("batch=1");
    Map<String, List<Row>> together = lists("batch=1000");
    assertThat(alone).hasSameSizeAs(together);
    alone.forEach(
        (user, list) -> {
          assertThat(items(list)).isEqualTo(items(together.get(user)));
          for (int i = 0; i < list.size(); i++) {
            assertThat(list.get(i).getFloat(3))
                .isCloseTo(together.get(user).get(i).getFloat(3), within(1e-5f));
          }
        });
  }

  @Test
  void theNumberOfTasksChangesNothing() {
    RecommendConfig config = config("batch=16");
    assertThat(lists(config, DATE, sequences().coalesce(1)))
        .isEqualTo(lists(config, DATE, sequences().repartition(7)));
  }

  @Test
  void usersWithoutEnoughHistoryGetTheFallbackList() {
    Map<String, List<Row>> lists = lists("k=3", "min-history=4");
    assertThat(items(lists.get("*"))).containsExactly("i1", "i2", "i3");
    assertThat(items(lists.get("stranger"))).containsExactly("i1", "i2", "i3");
    HISTORIES.forEach(
        (user, history) ->
            assertThat(lists.get(user).get(0).getString(4).equals("popular"))
                .isEqualTo(history.size() < 4));
  }

  @Test
  void theReasonIsTheItemWithoutWhichTheScoreWouldBeLowest() {
    Map<String, List<Row>> lists = lists("k=5", "reason-history=6");
    HISTORIES.forEach(
        (user, history) -> {
          List<String> tail = history.subList(Math.max(0, history.size() - 6), history.size());
          for (Row row : lists.get(user)) {
            int item = VOCABULARY.index(row.getString(2));
            String reason = row.getString(4).substring("because:".length());
            assertThat(tail).contains(reason);
            if (Set.copyOf(tail).size() > 1) {
              float without = scores(without(tail, reason))[item];
              for (String other : tail) {
                assertThat(without).isLessThanOrEqualTo(scores(without(tail, other))[item] + 1e-5f);
              }
            }
          }
        });
  }

  @Test
  void withoutLookingTheNewestItemIsTheReason() {
    lists("reason-history=0")
        .forEach(
            (user, list) -> {
              if (HISTORIES.containsKey(user)) {
                List<String> history = HISTORIES.get(user);
                assertThat(list.get(0).getString(4))
                    .isEqualTo("because:" + history.get(history.size() - 1));
              }
            });
  }

  @Test
  void onlyItemsSeenLatelyAreExcluded() {
    // Histories end on the day before the lists, one item a day.
    Map<String, List<Row>> lists = lists("k=" + ITEMS, "seen-days=3");
    HISTORIES.forEach(
        (user, history) -> {
          List<String> lately = history.subList(Math.max(0, history.size() - 3), history.size());
          assertThat(items(lists.get(user)))
              .doesNotContainAnyElementsOf(lately)
              .hasSize(ITEMS - Set.copyOf(lately).size());
        });
  }

  @Test
  void onlyItemsSeenByTheseTypesOfEventsAreExcluded() {
    Map<String, List<Row>> lists = lists("k=" + ITEMS, "seen-events=[purchase]");
    HISTORIES.forEach(
        (user, history) -> {
          List<String> purchased =
              IntStream.range(0, history.size())
                  .filter(i -> i % 3 == 0)
                  .mapToObj(history::get)
                  .toList();
          assertThat(items(lists.get(user)))
              .doesNotContainAnyElementsOf(purchased)
              .hasSize(ITEMS - Set.copyOf(purchased).size());
        });
  }

  @Test
  void catalogueRulesHoldForEverybodyAndCountWhatTheyRemove() throws IOException {
    String allow = file("allow", "i1\ni2\ni3\n i4 \ni5\ni6\nunknown\n");
    String block = file("block", "i2\ni700\n");
    String availability =
        file(
            "availability.csv",
            """
            item_id,from,until
            i3,2026-11-21T00:00:01Z,
            i4,,2026-11-21T00:00:00Z
            i5,2026-11-21T00:00:00Z,2026-11-22T00:00:00Z
            """);
    RecommendConfig config =
        config(
            "exclude-seen=false",
            "allow=[\"" + allow + "\"]",
            "block=[\"" + block + "\"]",
            "availability=\"" + availability + "\"");
    assertThat(catalogue(config).removed())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("not-allowed", ITEMS - 6, "blocked", 1, "unavailable", 2));
    lists(config).values().forEach(list -> assertThat(items(list)).containsOnly("i1", "i5", "i6"));
  }

  @Test
  void rulesThatLeaveNothingAreRefused() throws IOException {
    RecommendConfig config = config("allow=[\"" + file("allow", "nothing\n") + "\"]");
    assertThatThrownBy(() -> catalogue(config))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("No item of the vocabulary may be recommended")
        .hasMessageContaining("nightjar.recommend.allow");
    RecommendConfig missing = config("block=[\"" + directory.resolve("missing") + "\"]");
    assertThatThrownBy(() -> catalogue(missing))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("nightjar.recommend.block")
        .hasMessageContaining("missing");
  }

  @Test
  void noCategoryHoldsMoreThanItsShareOfAList() throws IOException {
    StringBuilder csv = new StringBuilder("item_id,category\n");
    for (int i = 1; i <= ITEMS; i++) {
      csv.append("i").append(i).append(",c").append(i % 9).append('\n');
    }
    String categories = file("categories.csv", csv.toString());
    Map<String, List<Row>> lists =
        lists("k=18", "categories=\"" + categories + "\"", "max-per-category=2");
    for (List<Row> list : lists.values()) {
      assertThat(list).hasSize(18);
      assertThat(items(list).stream().collect(groupingBy(i -> VOCABULARY.index(i) % 9)).values())
          .allSatisfy(group -> assertThat(group).hasSizeLessThanOrEqualTo(2));
    }
  }

  @Test
  void lowScoresLeaveListsShort() {
    float least = 0.5f;
    lists("min-score=" + least, "k=100")
        .forEach(
            (user, list) -> {
              if (HISTORIES.containsKey(user)) {
                assertThat(list)
                    .allSatisfy(row -> assertThat(row.getFloat(3)).isGreaterThanOrEqualTo(least));
              }
            });
  }

  @Test
  void sampledListsAreTheSameInEveryRunAndDifferByDate() {
    RecommendConfig config = config("temperature=0.5");
    Map<String, List<Row>> first = lists(config);
    assertThat(lists(config)).isEqualTo(first);
    assertThat(first).isNotEqualTo(lists("temperature=0"));
    assertThat(lists(config, DATE.plusDays(1)).get("u1")).isNotEqualTo(first.get("u1"));
  }

  @Test
  void samplingDrawsInProportionToTheSoftmax() {
    float[] scores = {0, 1, 2};
    int[] drawn = new int[scores.length];
    GumbelNoise noise = new GumbelNoise(1, 42, DATE);
    int draws = 40_000;
    for (int user = 0; user < draws; user++) {
      float[] row = scores.clone();
      noise.perturb("u" + user, row, 0, row.length, 1);
      TopK best = new TopK(1);
      best.offerAll(row, 0, row.length, 0);
      drawn[best.drain()[0].index()]++;
    }
    double sum = Arrays.stream(new double[] {0, 1, 2}).map(Math::exp).sum();
    for (int i = 0; i < drawn.length; i++) {
      assertThat((double) drawn[i] / draws).isCloseTo(Math.exp(i) / sum, within(0.01));
    }
  }

  @Test
  void aShareOfPlacesIsKeptForNewItems() {
    // Items 601 to 700 were first seen within the week.
    Map<String, List<Row>> lists = lists("k=10", "new-items.share=0.3", "new-items.days=7");
    HISTORIES
        .keySet()
        .forEach(
            user -> {
              List<Row> list = lists.get(user);
              assertThat(list).hasSize(10);
              assertThat(items(list).stream().filter(i -> VOCABULARY.index(i) > 600).count())
                  .isGreaterThanOrEqualTo(3);
              assertThat(list)
                  .filteredOn(row -> row.getString(4).equals("new"))
                  .hasSizeLessThanOrEqualTo(3)
                  .allSatisfy(
                      row -> assertThat(VOCABULARY.index(row.getString(2))).isGreaterThan(600));
              assertThat(list)
                  .isSortedAccordingTo((a, b) -> Float.compare(b.getFloat(3), a.getFloat(3)));
            });
  }

  private Map<String, List<Row>> lists(String... settings) {
    return lists(config(settings));
  }

  private Map<String, List<Row>> lists(RecommendConfig config) {
    return lists(config, DATE);
  }

  private Map<String, List<Row>> lists(RecommendConfig config, LocalDate date) {
    return lists(config, date, sequences());
  }

  private static Map<String, List<Row>> lists(
      RecommendConfig config, LocalDate date, Dataset<Row> sequences) {
    return Shop.lists(config, date, sequences).ofUser();
  }

  private String file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content).toString();
  }

  private static List<String> without(List<String> tail, String item) {
    return tail.stream().filter(other -> !other.equals(item)).toList();
  }
}
