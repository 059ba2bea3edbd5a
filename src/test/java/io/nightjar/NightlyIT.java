package io.nightjar;

import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
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
