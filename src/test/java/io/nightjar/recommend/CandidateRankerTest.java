package io.nightjar.recommend;

import static io.nightjar.recommend.Shop.HISTORIES;
import static io.nightjar.recommend.Shop.VOCABULARY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.typesafe.config.ConfigFactory;
import io.nightjar.LocalSpark;
import io.nightjar.clicks.InputException;
import io.nightjar.clicks.PartitionTallies;
import io.nightjar.clicks.Tally;
import io.nightjar.config.ConfigLoader;
import io.nightjar.config.ConfigurationException;
import io.nightjar.config.RankConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CandidateRankerTest {
  private static final String CANDIDATES =
      """
      user_id,query,item_id
      u1,shoes,i9
      u1,shoes,i600
      u1,shoes,nobody-knows
      u1,shoes,i30
      u1,shoes,another-unknown
      u1,hats,i30
      u1,hats,i31
      u2,shoes,i9
      u2,shoes,i9
      u2,shoes,i10
      visitor,shoes,i300
      visitor,shoes,i3
      stranger,shoes,i4
      ,shoes,i4
      u3,shoes,
      """;

  @TempDir private Path directory;

  @Test
  void candidatesAreInTheOrderOfTheModelsScores() throws IOException {
    Map<String, List<Row>> rankings = rankings(new Tally());

    float[] scores = Shop.scores(HISTORIES.get("u1"));
    List<String> byScore =
        List.of("i9", "i600", "i30").stream()
            .sorted(Comparator.comparing(item -> -scores[VOCABULARY.index(item)]))
            .toList();
    List<Row> shoes = rankings.get("u1 shoes");
    assertThat(items(shoes).subList(0, 3)).isEqualTo(byScore);
    assertThat(shoes.get(0).getFloat(4))
        .isCloseTo(scores[VOCABULARY.index(byScore.get(0))], within(1e-5f));
    assertThat(shoes.stream().map(row -> row.getInt(2))).containsExactly(1, 2, 3, 4, 5);
    assertThat(items(rankings.get("u1 hats"))).containsExactlyInAnyOrder("i30", "i31");
  }

  @Test
  void itemsThatTheModelDoesNotKnowComeLastWithoutAScore() throws IOException {
    List<Row> shoes = rankings(new Tally()).get("u1 shoes");

    assertThat(items(shoes).subList(3, 5)).containsExactly("another-unknown", "nobody-knows");
    assertThat(shoes.get(4).isNullAt(4)).isTrue();
    assertThat(shoes.get(4).getString(5)).isEqualTo("nothing");
  }

  @Test
  void candidatesOfUnknownUsersAreInTheOrderOfPopularity() throws IOException {
    Map<String, List<Row>> rankings = rankings(new Tally());

    assertThat(items(rankings.get("visitor shoes"))).containsExactly("i3", "i300");
    assertThat(rankings.get("visitor shoes").get(0).getString(5)).isEqualTo("popularity");
    assertThat(rankings.get("stranger shoes").get(0).getString(5)).isEqualTo("popularity");
  }

  @Test
  void everyRowIsRankedOrDroppedByAReason() throws IOException {
    Tally counts = new Tally();
    long ranked = rankings(counts).values().stream().mapToLong(List::size).sum();
    CandidateTable table = table();

    assertThat(counts.group("rows"))
        .isEqualTo(Map.of("model", 7L, "popularity", 3L, "nothing", 2L));
    assertThat(counts.group("users")).isEqualTo(Map.of("known", 2L, "unknown", 2L));
    assertThat(table.dropped(ranked))
        .isEqualTo(Map.of("missing-user", 1L, "missing-item", 1L, "duplicate", 1L));
    assertThat(table.rows()).isEqualTo(ranked + 3);
  }

  @Test
  void withoutAQueryColumnAUserHasOneRanking() throws IOException {
    Path file = Files.writeString(directory.resolve("ads.tsv"), "who\tad\nu1\ti9\nu1\ti8\n");
    Dataset<Row> candidates =
        CandidateTable.read(
                LocalSpark.session(),
                config(
                    "paths=[\"" + file + "\"]",
                    "format=tsv",
                    "columns.user=who",
                    "columns.item=ad",
                    "columns.query="))
            .candidates();
    assertThat(candidates.collectAsList())
        .extracting(row -> row.getString(0) + "/" + row.getString(1) + "/" + row.getString(2))
        .containsExactlyInAnyOrder("u1//i9", "u1//i8");
  }

  @Test
  void candidatesThatAreNotThereOrLackAColumnAreRefused() throws IOException {
    assertThatThrownBy(() -> CandidateTable.read(LocalSpark.session(), config()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("nightjar.rank.paths is empty");
    String missing = "paths=[\"" + directory.resolve("missing") + "\"]";
    assertThatThrownBy(() -> CandidateTable.read(LocalSpark.session(), config(missing)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("nightjar.rank.paths");
    String present = "paths=[\"" + file() + "\"]";
    assertThatThrownBy(
            () ->
                CandidateTable.read(
                    LocalSpark.session(), config(present, "format=csv", "columns.item=sku")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no column sku")
        .hasMessageContaining("item_id");
    assertThatThrownBy(() -> config("format=access-log"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("nightjar.rank.format");
  }

  private Map<String, List<Row>> rankings(Tally counts) throws IOException {
    PartitionTallies tallies =
        PartitionTallies.register(LocalSpark.session().sparkContext(), "candidates");
    List<Row> rows =
        new CandidateRanker(LocalSpark.session(), Shop.settings(Shop.config(), Shop.DATE), tallies)
            .rank(
                table().candidates(),
                Shop.sequences(),
                Shop.MODELS.personal(),
                Shop.MODELS.popularity(),
                Shop.vocabulary())
            .orderBy("user_id", "query", "rank")
            .collectAsList();
    counts.addAll(tallies.sum());
    return rows.stream()
        .collect(Collectors.groupingBy(row -> row.getString(0) + " " + row.getString(1)));
  }

  private CandidateTable table() throws IOException {
    return CandidateTable.read(
        LocalSpark.session(), config("paths=[\"" + file() + "\"]", "format=csv"));
  }

  private Path file() throws IOException {
    return Files.writeString(directory.resolve("candidates.csv"), CANDIDATES);
  }

  private static RankConfig config(String... settings) {
    List<String> overrides = new ArrayList<>();
    for (String setting : settings) {
      overrides.add("rank." + setting);
    }
    ConfigFactory.invalidateCaches();
    return ConfigLoader.load(Optional.empty(), overrides).rank();
  }

  private static List<String> items(List<Row> ranking) {
    return ranking.stream().map(row -> row.getString(3)).toList();
  }
}
