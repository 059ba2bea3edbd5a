package io.nightjar.recommend;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.typesafe.config.ConfigFactory;
import io.nightjar.LocalSpark;
import io.nightjar.clicks.InputException;
import io.nightjar.config.ConfigLoader;
import io.nightjar.config.RecommendConfig;
import io.nightjar.evaluation.LstmRanker;
import io.nightjar.evaluation.PopularityRanker;
import io.nightjar.evaluation.Ranker;
import io.nightjar.network.NetworkParameters;
import io.nightjar.network.NetworkShape;
import io.nightjar.network.SequenceEncoder;
import io.nightjar.vocabulary.Vocabulary;
import io.nightjar.vocabulary.VocabularyBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecommenderTest {
  private static final int ITEMS = 700;
  private static final int USERS = 60;
  private static final int DIMENSIONS = 8;
  private static final LocalDate DATE = LocalDate.parse("2026-11-20");

  private static final Vocabulary VOCABULARY =
      Vocabulary.of(
          IntStream.rangeClosed(1, ITEMS)
              .mapToObj(i -> new Vocabulary.Entry("i" + i, 10L * ITEMS - i))
              .toList());
  private static final SequenceEncoder ENCODER =
      new SequenceEncoder(
          NetworkParameters.initial(
              new NetworkShape(ITEMS + 1, DIMENSIONS, DIMENSIONS, 1, true), 3));
  private static final Map<String, List<String>> HISTORIES = histories();

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
    JavaSparkContext context =
        JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
    Broadcast<Vocabulary> vocabulary = context.broadcast(VOCABULARY);
    Ranker model = new LstmRanker(ENCODER);
    Recommender.Settings settings = new Recommender.Settings(config, "v1", 42, date);
    return new TreeMap<>(
        new Recommender(LocalSpark.session(), settings)
                .recommend(
                    sequences,
                    model,
                    new PopularityRanker(VOCABULARY),
                    catalogue(config),
                    vocabulary)
                .orderBy("user_id", "rank")
                .collectAsList()
                .stream()
                .collect(groupingBy(row -> row.getString(0))));
  }

  private static Catalogue catalogue(RecommendConfig config) {
    return new CatalogueRules(
            LocalSpark.session(), config, new Recommender.Settings(config, "v1", 42, DATE).asOf())
        .apply(VOCABULARY, vocabularyTable());
  }

  private static RecommendConfig config(String... settings) {
    List<String> overrides = new ArrayList<>();
    for (String setting : settings) {
      overrides.add("recommend." + setting);
    }
    ConfigFactory.invalidateCaches();
    return ConfigLoader.load(Optional.empty(), overrides).recommend();
  }

  private String file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content).toString();
  }

  private static Dataset<Row> sequences() {
    List<Row> rows = new ArrayList<>();
    HISTORIES.forEach(
        (user, items) -> {
          List<Timestamp> times =
              IntStream.range(0, items.size())
                  .mapToObj(i -> DATE.minusDays(items.size() - 1 - i))
                  .map(day -> Timestamp.valueOf(day.atTime(12, 0)))
                  .toList();
          rows.add(RowFactory.create(user, items, times));
        });
    rows.add(
        RowFactory.create(
            "stranger", List.of("unknown"), List.of(Timestamp.valueOf(DATE.atStartOfDay()))));
    StructType schema =
        new StructType()
            .add("user_id", DataTypes.StringType)
            .add("items", DataTypes.createArrayType(DataTypes.StringType))
            .add("times", DataTypes.createArrayType(DataTypes.TimestampType));
    return LocalSpark.session().createDataFrame(rows, schema).repartition(2);
  }

  private static Dataset<Row> vocabularyTable() {
    List<Row> rows = new ArrayList<>();
    for (int i = 1; i <= ITEMS; i++) {
      Timestamp first = Timestamp.valueOf(DATE.minusDays(i > 600 ? 2 : 100).atStartOfDay());
      rows.add(RowFactory.create("i" + i, i, 10L, first, first));
    }
    return LocalSpark.session().createDataFrame(rows, VocabularyBuilder.SCHEMA);
  }

  private static Map<String, List<String>> histories() {
    SplittableRandom random = new SplittableRandom(5);
    Map<String, List<String>> histories = new TreeMap<>();
    for (int user = 0; user < USERS; user++) {
      histories.put(
          "u" + user,
          random.ints(random.nextInt(1, 12), 1, ITEMS + 1).mapToObj(i -> "i" + i).toList());
    }
    return histories;
  }

  private static List<String> without(List<String> tail, String item) {
    return tail.stream().filter(other -> !other.equals(item)).toList();
  }

  /** Score of every item by index, straight from the formula. */
  private static float[] scores(List<String> history) {
    float[] scores = new float[ITEMS + 1];
    try (SequenceEncoder.Workspace workspace = ENCODER.workspace()) {
      float[] state = workspace.lastStates(new int[][] {VOCABULARY.indicesOfKnown(history)});
      for (int item = 1; item <= ITEMS; item++) {
        scores[item] = ENCODER.outputBias()[item];
        for (int d = 0; d < DIMENSIONS; d++) {
          scores[item] += state[d] * ENCODER.outputRows()[item * DIMENSIONS + d];
        }
      }
    }
    return scores;
  }

  private static List<String> items(List<Row> list) {
    return list.stream().map(row -> row.getString(2)).toList();
  }
}
