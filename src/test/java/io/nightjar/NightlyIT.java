package io.nightjar;

import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightjar.publish.Lease;
import io.nightjar.publish.Leases;
import io.nightjar.publish.Warehouse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.io.FileUtils;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line from raw clicks to published lists, inside the test JVM's Spark session. */
class NightlyIT {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-03-15T03:00:00Z"), ZoneOffset.UTC);

  @TempDir static Path directory;
  private static JsonNode night;

  @BeforeAll
  static void runTheNight() {
    LocalSpark.session();
    assertThat(run("generate", settings("first")).code()).isZero();
    Run nightly = run("nightly", settings("first"));
    assertThat(nightly.code()).isZero();
    night = nightly.json();
  }

  @Test
  void everyRecordIsAClickOrQuarantinedOrDroppedByANamedRule() {
    JsonNode sessionize = night.path("sessionize");
    long accounted =
        sessionize.path("rows_out").asLong()
            + sum(sessionize.path("quarantined"))
            + sum(sessionize.path("dropped"));

    assertThat(sessionize.path("rows_in").asLong()).isEqualTo(accounted).isPositive();
    assertThat(sessionize.path("quarantined").fieldNames())
        .toIterable()
        .contains("missing-item", "missing-user", "unparsable-time", "time-in-future");
    assertThat(table("first", "quarantine/dt=2026-03-14").size())
        .isEqualTo((int) sum(sessionize.path("quarantined")));
  }

  @Test
  void theModelStandsBesideItsBaselines() {
    JsonNode models = night.path("models");

    assertThat(models.findValuesAsText("name")).contains("lstm", "popularity", "markov");
    assertThat(models.get(0).path("recall@20").asDouble()).isPositive();
    assertThat(models.get(0).path("mrr@20").asDouble()).isPositive();
  }

  @Test
  void everyUserGetsKItemsRankedFromOneAndNoneSeenBefore() {
    List<Row> rows =
        LocalSpark.session()
            .read()
            .parquet(directory.resolve("first/recommendations").toString())
            .groupBy("user_id")
            .agg(expr("sort_array(collect_list(rank))"), expr("collect_set(item_id)"))
            .collectAsList();
    List<Row> sequences = table("first", "sequences/dt=2026-03-14");

    assertThat(rows).hasSize(sequences.size() + 1);
    assertThat(rows)
        .allSatisfy(row -> assertThat(row.getList(1)).isEqualTo(List.of(1, 2, 3, 4, 5)))
        .allSatisfy(row -> assertThat(row.getList(2)).hasSize(5));
    assertThat(rows).anySatisfy(row -> assertThat(row.getString(0)).isEqualTo("*"));
    for (Row sequence : sequences) {
      Row list =
          rows.stream().filter(row -> row.get(0).equals(sequence.get(0))).findFirst().orElseThrow();
      assertThat(list.getList(2)).doesNotContainAnyElementsOf(sequence.getList(1));
    }
  }

  @Test
  void aFinishedRunIsNotDoneAgain() throws IOException {
    Path model = directory.resolve("first/models/version=2026-03-14/manifest.json");
    var written = Files.getLastModifiedTime(model);

    Run again = run("nightly", settings("first"));

    assertThat(again.code()).isZero();
    assertThat(again.json().path("skipped"))
        .extracting(JsonNode::asText)
        .contains("sessionize", "vocabulary", "train", "evaluate", "recommend");
    assertThat(Files.getLastModifiedTime(model)).isEqualTo(written);
    assertThat(again.json().path("models")).isEqualTo(night.path("models"));
  }

  @Test
  void theSameInputsAndSeedGiveTheSameRows() {
    assertThat(run("nightly", settings("second")).code()).isZero();

    for (String table :
        List.of(
            "sessions/dt=2026-03-14", "sequences/dt=2026-03-14", "recommendations/dt=2026-03-14")) {
      assertThat(table("second", table)).as(table).isEqualTo(table("first", table));
    }
  }

  @Test
  void aModelThatLosesIsRefusedAndTheOneInUseStays() throws IOException {
    FileUtils.copyDirectory(
        directory.resolve("first").toFile(), directory.resolve("refused").toFile());
    Path inUse = directory.resolve("refused/models/current.json");
    String before = Files.readString(inUse);
    List<String> options = settings("refused");
    options.remove("--force");
    options.addAll(List.of("--set", "evaluation.gate.margin=10"));

    Run evaluate = run("evaluate", options);

    assertThat(evaluate.code()).isEqualTo(Nightjar.MODEL_REFUSED);
    assertThat(evaluate.json().at("/gate/accepted").asBoolean(true)).isFalse();
    assertThat(evaluate.json().at("/gate/verdict").asText()).contains("is not above", "baseline");
    assertThat(Files.readString(inUse)).isEqualTo(before);
    assertThat(Files.readString(directory.resolve("refused/metrics/run=2026-03-14/report.html")))
        .contains("is not above")
        .doesNotContain("/*DATA*/");
  }

  @Test
  void aNightWithoutClicksCarriesEveryListOver() throws IOException {
    FileUtils.copyDirectory(
        directory.resolve("first").toFile(), directory.resolve("changed").toFile());
    List<String> options = settings("changed");
    options.addAll(List.of("--set", "recommend.mode=changed", "--run-id", "changed"));
    Run first = run("recommend", options);
    assertThat(first.code()).isZero();
    assertThat(first.json().at("/states/anew").asInt()).isPositive();

    // The next day nobody clicked: the sequences are what they were.
    FileUtils.copyDirectory(
        directory.resolve("changed/sequences/dt=2026-03-14").toFile(),
        directory.resolve("changed/sequences/dt=2026-03-15").toFile());
    options.addAll(List.of("--date", "2026-03-15"));
    Run second = run("recommend", options);

    assertThat(second.code()).isZero();
    assertThat(second.json().path("events_folded").asInt()).isZero();
    assertThat(second.json().at("/states/unchanged").asInt())
        .isEqualTo(first.json().at("/users_by_list/scored").asInt());
    assertThat(second.json().path("users_by_list").has("scored")).isFalse();
    assertThat(personal("changed", "2026-03-15")).isEqualTo(personal("changed", "2026-03-14"));
    assertThat(personal("first", "2026-03-14"))
        .extracting(row -> row.getString(0) + row.getInt(1) + row.getString(2))
        .isEqualTo(
            personal("changed", "2026-03-15").stream()
                .map(row -> row.getString(0) + row.getInt(1) + row.getString(2))
                .toList());
  }

  /** Rows of the lists of users that have one of their own. */
  private static List<Row> personal(String warehouse, String date) {
    return table(warehouse, "recommendations/dt=" + date).stream()
        .filter(row -> row.getString(4).startsWith("because:"))
        .toList();
  }

  @Test
  void everyItemOfTheModelHasNeighbours() {
    List<Row> items = table("first", "vocabulary/version=2026-03-14");
    List<Row> similar = table("first", "similar_items/version=2026-03-14");

    assertThat(similar).hasSize(items.size() * Math.min(20, items.size() - 1));
    assertThat(similar).allSatisfy(row -> assertThat(row.get(2)).isNotEqualTo(row.get(0)));
  }

  @Test
  void candidatesAreRankedForTheirUsersAndTheUnknownAreCounted() throws IOException {
    Row known = table("first", "sequences/dt=2026-03-14").get(0);
    Row item = table("first", "vocabulary/version=2026-03-14").get(0);
    Path candidates =
        Files.writeString(
            directory.resolve("candidates.csv"),
            "user_id,query,item_id\n"
                + (known.getString(0) + ",shoes," + item.getString(0) + "\n")
                + (known.getString(0) + ",shoes,unheard-of\n")
                + ("visitor,shoes," + item.getString(0) + "\n")
                + (",shoes," + item.getString(0) + "\n"));
    List<String> options = settings("first");
    options.addAll(
        List.of(
            "--set",
            "rank.paths=[" + candidates + "]",
            "--set",
            "rank.format=csv",
            "--run-id",
            "ranked"));

    Run rank = run("rank", options);

    assertThat(rank.code()).isZero();
    assertThat(rank.json().path("rows_in").asInt()).isEqualTo(4);
    assertThat(rank.json().path("rows_out").asInt()).isEqualTo(3);
    assertThat(rank.json().at("/dropped/missing-user").asInt()).isEqualTo(1);
    assertThat(rank.json().path("unknown_users").asInt()).isEqualTo(1);
    assertThat(rank.json().path("unknown_items").asInt()).isEqualTo(1);
    assertThat(table("first", "rankings/dt=2026-03-14"))
        .extracting(row -> row.getString(0) + " " + row.getInt(2) + " " + row.getString(3))
        .containsExactlyInAnyOrder(
            known.getString(0) + " 1 " + item.getString(0),
            known.getString(0) + " 2 unheard-of",
            "visitor 1 " + item.getString(0));
  }

  @Test
  void ofTwoNightsForOneDateOneRunsAndTheOtherSaysWhoHasIt() throws IOException {
    Warehouse warehouse =
        new Warehouse(
            directory.resolve("leased").toString(),
            LocalSpark.session().sparkContext().hadoopConfiguration());
    Leases leases = new Leases(warehouse, Duration.ofSeconds(6));
    List<String> options = settings("leased");
    options.addAll(List.of("--set", "publish.lease-patience=6 seconds"));
    try (Lease other = leases.acquire("nightly-dt=2026-03-14", "run of somebody else")) {
      assertThat(run("nightly", options).code()).isEqualTo(Nightjar.BAD_INPUT);
      other.check();
      assertThatThrownBy(() -> leases.acquire("nightly-dt=2026-03-14", "a third"))
          .hasMessageContaining("run of somebody else");
    }
    assertThat(directory.resolve("leased/sessions")).doesNotExist();
  }

  @Test
  void theManifestHoldsTheExitCode() throws IOException {
    JsonNode manifest =
        new ObjectMapper()
            .readTree(
                Files.readString(directory.resolve("first/runs/run=2026-03-14/manifest.json")));

    assertThat(manifest.path("exit_code").asInt(-1)).isZero();
  }

  @Test
  void aMissingPathAnEmptyLogAndALogOfDirtAreBadInput() throws IOException {
    Path empty = Files.createFile(directory.resolve("empty.csv"));
    Path dirt =
        Files.writeString(
            directory.resolve("dirt.csv"), "user_id,item_id,timestamp,event\nu,i,never,view\n");

    assertThat(run("sessionize", with("input.paths=[" + directory.resolve("nowhere") + "]")).code())
        .isEqualTo(Nightjar.BAD_INPUT);
    assertThat(run("sessionize", with("input.paths=[" + empty + "]")).code())
        .isEqualTo(Nightjar.BAD_INPUT);
    assertThat(run("sessionize", with("input.paths=[" + dirt + "]")).code())
        .isEqualTo(Nightjar.BAD_INPUT);
  }

  @Test
  void aColumnThatIsNotInTheLogIsBadInput() {
    assertThat(run("sessionize", with("input.columns.item=product")).code())
        .isEqualTo(Nightjar.BAD_INPUT);
  }

  @Test
  void anUnknownKeyAnUnreadableDateAndAnUnknownJobAreBadUsage() {
    assertThat(run("sessionize", with("input.pats=[]")).code())
        .isEqualTo(Nightjar.BAD_CONFIGURATION);
    assertThat(run("sessionize", List.of("--date", "2026-02-30")).code())
        .isEqualTo(Nightjar.BAD_CONFIGURATION);
    assertThat(run("frobnicate", List.of()).code()).isEqualTo(Nightjar.BAD_CONFIGURATION);
  }

  @Test
  void aJobWhoseInputWasNeverMadeSaysSo() {
    assertThat(run("train", settings("nothing-here")).code()).isEqualTo(Nightjar.BAD_INPUT);
  }

  private record Run(int code, String output) {
    JsonNode json() {
      try {
        return new ObjectMapper().readTree(output.lines().reduce("", (first, last) -> last));
      } catch (IOException e) {
        throw new AssertionError("The last line is no JSON: " + output, e);
      }
    }
  }

  private static Run run(String job, List<String> options) {
    List<String> arguments = new ArrayList<>(List.of(job, "--json"));
    arguments.addAll(options);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      int code = Nightjar.run(arguments.toArray(String[]::new), CLOCK, out);
      return new Run(code, bytes.toString(StandardCharsets.UTF_8));
    }
  }

  private static List<String> settings(String warehouse) {
    List<String> options = new ArrayList<>();
    for (String setting :
        List.of(
            "warehouse=" + directory.resolve(warehouse),
            "generate.path=" + directory.resolve("clicks"),
            "generate.users=120",
            "generate.items=60",
            "generate.categories=6",
            "generate.days=3",
            "generate.dirt=0.1",
            "input.paths=[" + directory.resolve("clicks") + "]",
            "input.columns.event=event",
            "split.validation-days=0",
            "vocabulary.min-count=1",
            "model.embedding=8",
            "model.hidden=8",
            "training.epochs=1",
            "evaluation.baselines.models=[popularity, markov]",
            "recommend.k=5")) {
      options.addAll(List.of("--set", setting));
    }
    // One epoch on a few hundred clicks does not have to beat anything.
    options.add("--force");
    return options;
  }

  private static List<String> with(String... more) {
    List<String> options = settings("broken");
    Arrays.stream(more).forEach(setting -> options.addAll(List.of("--set", setting)));
    return options;
  }

  private static List<Row> table(String warehouse, String partition) {
    return LocalSpark.session()
        .read()
        .parquet(directory.resolve(warehouse).resolve(partition).toString())
        .collectAsList();
  }

  private static long sum(JsonNode counts) {
    long sum = 0;
    for (JsonNode count : counts) {
      sum += count.asLong();
    }
    return sum;
  }
}
