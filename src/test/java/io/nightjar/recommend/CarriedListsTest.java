package io.nightjar.recommend;

import static io.nightjar.recommend.Shop.DATE;
import static io.nightjar.recommend.Shop.HISTORIES;
import static io.nightjar.recommend.Shop.config;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nightjar.LocalSpark;
import io.nightjar.clicks.PartitionTallies;
import io.nightjar.config.RecommendConfig;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

/** Two nights in a row: the first one scores everybody, the second one those who clicked. */
class CarriedListsTest {
  private static final LocalDate TOMORROW = DATE.plusDays(1);

  /** u1 and u2 clicked twice and once; u3's oldest event fell out; u4 got a late event. */
  private static final Set<String> CLICKED = Set.of("u1", "u2");

  private static final Set<String> REWRITTEN = Set.of("u3", "u4");

  @Test
  void aNightOfChangedUsersGivesTheListsOfAFullNight() {
    RecommendConfig config = config("k=7", "batch=16");
    Night first = night(config, DATE, Shop.sequences(), null, "settings");
    Night second = night(config, TOMORROW, tomorrow(), first, "settings");
    Map<String, List<Row>> full = Shop.lists(config, TOMORROW, tomorrow()).ofUser();

    assertThat(second.ofUser.keySet()).isEqualTo(full.keySet()).contains("newcomer", "*");
    full.forEach(
        (user, list) -> {
          List<Row> found = second.ofUser.get(user);
          assertThat(found).as(user).hasSameSizeAs(list);
          for (int i = 0; i < list.size(); i++) {
            assertThat(withoutScore(found.get(i))).isEqualTo(withoutScore(list.get(i)));
            assertThat(found.get(i).getFloat(3)).isCloseTo(list.get(i).getFloat(3), within(1e-5f));
          }
        });
  }

  @Test
  void carriedListsSayWhenTheyWereMade() {
    Night first = night(config(), DATE, Shop.sequences(), null, "settings");
    Night second = night(config(), TOMORROW, tomorrow(), first, "settings");
    Set<String> made = new TreeSet<>();
    second.ofUser.forEach(
        (user, list) -> {
          if (list.get(0).getTimestamp(6).equals(asOf(TOMORROW))) {
            made.add(user);
          } else {
            assertThat(list.get(0).getTimestamp(6)).isEqualTo(asOf(DATE));
          }
        });
    assertThat(made).containsExactlyInAnyOrder("u1", "u2", "u3", "u4", "newcomer", "stranger", "*");
  }

  @Test
  void theLstmGoesThroughNewEventsOnly() {
    Night first = night(config(), DATE, Shop.sequences(), null, "settings");
    Night second = night(config(), TOMORROW, tomorrow(), first, "settings");

    int all = HISTORIES.values().stream().mapToInt(List::size).sum();
    int rewritten = HISTORIES.get("u3").size() - 1 + HISTORIES.get("u4").size() + 1;
    assertThat(first.counts.get("folded")).isEqualTo(all);
    assertThat(second.counts.get("folded")).isEqualTo(2 + 1 + 2 + rewritten);
    assertThat(second.counts.get("advanced")).isEqualTo(CLICKED.size());
    assertThat(second.counts.get("unchanged"))
        .isEqualTo(HISTORIES.size() - CLICKED.size() - REWRITTEN.size());
  }

  @Test
  void statesAreThoseOfTheWholeSequence() {
    Night first = night(config(), DATE, Shop.sequences(), null, "settings");
    Night second = night(config(), TOMORROW, tomorrow(), first, "settings");
    Night afresh = night(config(), TOMORROW, tomorrow(), null, "settings");

    Map<String, List<Row>> expected = byUser(afresh.states);
    byUser(second.states)
        .forEach(
            (user, row) -> {
              List<Float> state = row.get(0).getList(5);
              List<Float> ofWhole = expected.get(user).get(0).getList(5);
              assertThat(state).as(user).hasSameSizeAs(ofWhole);
              for (int i = 0; i < state.size(); i++) {
                assertThat(state.get(i)).isCloseTo(ofWhole.get(i), within(1e-5f));
              }
            });
  }

  @Test
  void otherSettingsScoreEverybody() {
    Night first = night(config(), DATE, Shop.sequences(), null, "settings");
    Night second = night(config(), TOMORROW, tomorrow(), first, "other model");

    assertThat(second.counts).doesNotContainKey("unchanged").doesNotContainKey("advanced");
    assertThat(second.ofUser.values())
        .allSatisfy(
            list -> {
              assertThat(list.get(0).getTimestamp(6)).isEqualTo(asOf(TOMORROW));
              assertThat(list.get(0).getString(7)).isEqualTo("other model");
            });
  }

  @Test
  void usersWhoMaySeeAnItemAgainAreScoredAgain() {
    RecommendConfig config = config("k=690", "seen-days=3");
    Night first = night(config, DATE, Shop.sequences(), null, "settings");
    Night second = night(config, TOMORROW, Shop.sequences(), first, "settings");
    Map<String, List<Row>> full = Shop.lists(config, TOMORROW, Shop.sequences()).ofUser();

    full.forEach(
        (user, list) ->
            assertThat(Shop.items(second.ofUser.get(user))).as(user).isEqualTo(Shop.items(list)));
    // A user whose only event is of today sees the same items excluded tomorrow.
    HISTORIES.forEach(
        (user, history) -> {
          if (history.size() < 3) {
            assertThat(second.ofUser.get(user).get(0).getTimestamp(6)).isEqualTo(asOf(DATE));
          }
        });
  }

  /** One night's tables, as its job publishes them. */
  private record Night(
      LocalDate date,
      Dataset<Row> lists,
      Dataset<Row> states,
      Map<String, List<Row>> ofUser,
      Map<String, Long> counts) {}

  private static Night night(
      RecommendConfig config,
      LocalDate date,
      Dataset<Row> sequences,
      Night before,
      String fingerprint) {
    Recommender.Settings settings = new Recommender.Settings(config, "v1", 42, date, fingerprint);
    PartitionTallies tallies =
        PartitionTallies.register(LocalSpark.session().sparkContext(), "night");
    Dataset<Row> states =
        new UserStates(LocalSpark.session(), settings, tallies)
            .fold(
                sequences,
                before == null ? UserStates.none(LocalSpark.session()) : before.states,
                Shop.ENCODER,
                Shop.vocabulary())
            .localCheckpoint();
    CarriedLists carried =
        new CarriedLists(
            settings,
            sequences,
            states,
            before == null
                ? LocalSpark.session().createDataFrame(List.of(), Recommender.SCHEMA)
                : before.lists,
            Recommender.endOf(before == null ? date : before.date));
    PartitionTallies ofLists =
        PartitionTallies.register(LocalSpark.session().sparkContext(), "lists");
    Dataset<Row> lists =
        new Recommender(LocalSpark.session(), settings, ofLists)
            .recommend(carried.toScore(), Shop.MODELS, Shop.catalogue(config), Shop.vocabulary())
            .union(carried.rows())
            .localCheckpoint();
    Map<String, Long> counts = new TreeMap<>(tallies.sum().group("states"));
    counts.putAll(tallies.sum().group("events"));
    return new Night(date, lists, states.drop("changed"), byUser(lists), counts);
  }

  private static Dataset<Row> tomorrow() {
    List<Row> rows = new ArrayList<>();
    for (Row row : Shop.sequences().collectAsList()) {
      String user = row.getString(0);
      List<String> items = new ArrayList<>(row.getList(1));
      List<Timestamp> times = new ArrayList<>(row.getList(2));
      switch (user) {
        case "u1" -> {
          click(items, times, "i77", 8);
          click(items, times, "i78", 9);
        }
        case "u2" -> click(items, times, "i79", 8);
        case "u3" -> {
          items.remove(0);
          times.remove(0);
        }
        case "u4" -> {
          items.add(0, "i5");
          times.add(0, Timestamp.valueOf("2026-01-01 00:00:00"));
        }
        default -> {}
      }
      rows.add(RowFactory.create(user, items, times, null));
    }
    List<String> items = new ArrayList<>();
    List<Timestamp> times = new ArrayList<>();
    click(items, times, "i1", 10);
    click(items, times, "i2", 11);
    rows.add(RowFactory.create("newcomer", items, times, null));
    return Shop.table(rows);
  }

  private static void click(List<String> items, List<Timestamp> times, String item, int hour) {
    items.add(item);
    times.add(Timestamp.valueOf(TOMORROW.atTime(hour, 0)));
  }

  private static Timestamp asOf(LocalDate date) {
    return Timestamp.from(Recommender.endOf(date));
  }

  private static List<Object> withoutScore(Row row) {
    return List.of(row.get(0), row.get(1), row.get(2), row.get(4), row.get(5), row.get(7));
  }

  private static Map<String, List<Row>> byUser(Dataset<Row> rows) {
    return new TreeMap<>(
        rows.sort(rows.columns()[0], rows.columns()[1]).collectAsList().stream()
            .collect(groupingBy(row -> row.getString(0))));
  }
}
