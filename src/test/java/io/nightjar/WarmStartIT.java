package io.nightjar;

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
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A second night that goes on from the model of the first. */
class WarmStartIT {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-03-20T03:00:00Z"), ZoneOffset.UTC);
  private static final String FIRST = "2026-03-14";
  private static final String SECOND = "2026-03-16";

  @TempDir static Path directory;
  private static JsonNode first;
  private static JsonNode second;

  @BeforeAll
  static void runTwoNights() throws IOException {
    LocalSpark.session();
    run("generate", FIRST, "generate.days=7", "generate.items=150");
    first = run("nightly", FIRST);
    run("generate", SECOND, "generate.days=2", "generate.items=170");
    second = run("nightly", SECOND);
  }

  @Test
  void knownItemsKeepTheirIndexAndNewOnesFollow() {
    List<String> before = items(FIRST);
    List<String> now = items(SECOND);

    assertThat(now).startsWith(before.toArray(String[]::new)).hasSizeGreaterThan(before.size());
    assertThat(second.at("/vocabulary/new_items").asInt()).isEqualTo(now.size() - before.size());
  }

  @Test
  void theModelNamesItsParentAndTheClicksItKnows() throws IOException {
    JsonNode manifest = manifest(SECOND);

    assertThat(first.at("/train/parent").asText("none")).isEmpty();
    assertThat(second.at("/train/parent").asText()).isEqualTo(FIRST);
    assertThat(manifest.path("parent").asText()).isEqualTo(FIRST);
    assertThat(Instant.parse(manifest.path("trainedUntil").asText()))
        .isBetween(Instant.parse("2026-03-15T00:00:00Z"), Instant.parse("2026-03-16T00:00:00Z"));
  }

  @Test
  void aNightCostsInProportionToItsClicks() {
    long weekOfClicks = first.at("/train/curve/0/events").asLong();
    long newClicks = second.at("/train/curve/0/events").asLong();

    assertThat(newClicks).isPositive().isLessThan(weekOfClicks / 2);
  }

  @Test
  void theWarmModelIsAsGoodAsAColdOne() throws IOException {
    JsonNode cold =
        run(
            "nightly",
            SECOND,
            "training.warm-start=none",
            "warehouse=" + directory.resolve("cold"));

    assertThat(recall(second)).isGreaterThan(0.95 * recall(cold));
  }

  @Test
  void theSameNightAgainGoesOnFromTheSameModelAndGivesTheSameOne() throws IOException {
    List<Row> before = vectors();

    run("vocabulary", SECOND);
    run("train", SECOND);

    assertThat(manifest(SECOND).path("parent").asText()).isEqualTo(FIRST);
    assertThat(vectors()).isEqualTo(before);
  }

  private static List<Row> vectors() {
    return LocalSpark.session()
        .read()
        .parquet(directory.resolve("warehouse/item_vectors/version=" + SECOND).toString())
        .orderBy("item_id")
        .collectAsList();
  }

  private static double recall(JsonNode night) {
    for (JsonNode model : night.path("models")) {
      if (model.path("name").asText().equals("lstm")) {
        return model.path("recall@20").asDouble();
      }
    }
    throw new AssertionError("no lstm in " + night);
  }

  private static List<String> items(String version) {
    return LocalSpark.session()
        .read()
        .parquet(directory.resolve("warehouse/vocabulary/version=" + version).toString())
        .orderBy("index")
        .select("item_id")
        .collectAsList()
        .stream()
        .map((Row row) -> row.getString(0))
        .toList();
  }

  private static JsonNode manifest(String version) throws IOException {
    return new ObjectMapper()
        .readTree(
            Files.readString(
                directory.resolve("warehouse/models/version=" + version + "/manifest.json")));
  }

  private static JsonNode run(String job, String date, String... more) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(job, "--json", "--force", "--date", date));
    List<String> settings =
        new ArrayList<>(
            List.of(
                "warehouse=" + directory.resolve("warehouse"),
                "generate.path=" + directory.resolve("clicks"),
                "generate.users=400",
                "generate.categories=10",
                "input.paths=[" + directory.resolve("clicks") + "]",
                "input.columns.event=event",
                "vocabulary.min-count=1",
                "model.embedding=16",
                "model.hidden=16",
                "training.warm-start=latest",
                "training.epochs=6",
                "training.negatives=64",
                "training.averaging-frequency=4",
                "profile.least-events=0",
                "evaluation.bootstrap=0",
                "evaluation.baselines.models=[popularity]",
                "recommend.k=5"));
    settings.addAll(List.of(more));
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      int code = Nightjar.run(arguments.toArray(String[]::new), CLOCK, out);
      String output = bytes.toString(StandardCharsets.UTF_8);
      assertThat(code).as(output).isZero();
      return new ObjectMapper().readTree(output.lines().reduce("", (head, last) -> last));
    }
  }
}
