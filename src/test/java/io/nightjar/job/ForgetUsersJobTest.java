package io.nightjar.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightjar.LocalSpark;
import io.nightjar.clicks.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForgetUsersJobTest {
  private static final String DAY = "2026-11-20";

  @TempDir private Path directory;

  private Nights nightWithAliceAndBob(String... settings) throws IOException {
    Nights nights = new Nights(directory, settings).with("input.time-format=iso-8601");
    nights.log(
        "1.csv",
        "user_id,item_id,timestamp",
        "alice,a,2026-11-20 10:00:00",
        "alice,b,2026-11-20 10:05:00",
        "alice,c,2026-11-20 23:55:00",
        "alice,b,never",
        "broken,record,of,alice",
        "alicia,b,never",
        "an,email,of,alice@example.com",
        "bob,a,2026-11-20 10:00:00",
        "bob,b,2026-11-20 10:05:00");
    nights.sessionize(DAY);
    return nights;
  }

  private JsonNode forgetAlice(Nights nights) throws IOException {
    Path users = Files.writeString(directory.resolve("users.txt"), "alice\n");
    return nights.run(new ForgetUsersJob(users.toString()), DAY).json();
  }

  @Test
  void noTableHoldsAForgottenUserAndTheOthersStay() throws IOException {
    Nights nights = nightWithAliceAndBob();
    JsonNode report = forgetAlice(nights);

    for (String table : List.of("sessions", "sequences", "open_clicks", "quarantine")) {
      assertThat(nights.table(table, DAY).toJSON().collectAsList())
          .noneMatch(row -> row.matches(".*\\balice\\b.*"));
    }
    assertThat(nights.sequence("bob", DAY)).containsExactly("a", "b");
    assertThat(nights.table("quarantine", DAY).select("user_id").collectAsList().toString())
        .isEqualTo("[[alicia]]");
    assertThat(report.path("removed").path("quarantine").path("dt=" + DAY).asLong()).isEqualTo(3);
    assertThat(report.path("removed").path("sequences").path("dt=" + DAY).asLong()).isEqualTo(1);
    assertThat(report.path("rows_removed").asLong()).isEqualTo(6);
  }

  @Test
  void aNightThatIsRunAgainDoesNotBringAForgottenUserBack() throws IOException {
    Nights nights = nightWithAliceAndBob();
    forgetAlice(nights);
    JsonNode again = nights.sessionize(DAY).json();

    assertThat(again.path("dropped").path("forgotten-user").asLong()).isEqualTo(4);
    assertThat(nights.sequence("alice", DAY)).isEmpty();
    assertThat(nights.sequence("bob", DAY)).containsExactly("a", "b");
  }

  @Test
  void aMalformedRecordOfAForgottenAddressIsWithheldWhenItsNightIsRunAgain() throws IOException {
    Nights nights = nightWithAliceAndBob();
    Path users = Files.writeString(directory.resolve("users.txt"), "alice@example.com\n");
    nights.run(new ForgetUsersJob(users.toString()), DAY);
    nights.sessionize(DAY);
    assertThat(nights.table("quarantine", DAY).toJSON().collectAsList())
        .anyMatch(row -> row.contains("(withheld: 29 characters that name a forgotten user)"))
        .noneMatch(row -> row.contains("example.com"));
  }

  @Test
  void usersAreGivenByTheirRawIdsWhereTablesHoldPseudonyms() throws IOException {
    Path key = Files.writeString(directory.resolve("key"), "0123456789abcdef0123456789abcdef");
    Nights nights = nightWithAliceAndBob("input.pseudonyms.key-file=\"" + key + "\"");
    assertThat(nights.table("sequences", DAY).count()).isEqualTo(2);
    forgetAlice(nights);
    assertThat(nights.table("sequences", DAY).count()).isEqualTo(1);
  }

  @Test
  void tablesInACatalogForgetToo() throws IOException {
    SparkSession spark = LocalSpark.session();
    spark.conf().set("spark.sql.catalog.forgetting", "org.apache.iceberg.spark.SparkCatalog");
    spark.conf().set("spark.sql.catalog.forgetting.type", "hadoop");
    spark
        .conf()
        .set("spark.sql.catalog.forgetting.warehouse", directory.resolve("lake").toString());
    Nights nights =
        nightWithAliceAndBob(
            "publish.catalog=forgetting.nightjar",
            "publish.catalog-tables=[sessions, sequences, quarantine]");
    JsonNode report = forgetAlice(nights);

    assertThat(directory.resolve("warehouse/sessions")).doesNotExist();
    for (String table : List.of("sessions", "sequences", "quarantine")) {
      assertThat(spark.table("forgetting.nightjar." + table).toJSON().collectAsList())
          .isNotEmpty()
          .noneMatch(row -> row.matches(".*\\balice\\b.*"));
    }
    assertThat(report.path("removed").path("sequences").path("dt=" + DAY).asLong()).isEqualTo(1);
    assertThat(report.path("rows_removed").asLong()).isEqualTo(6);
  }

  @Test
  void documentsThatShowAFewUsersShowOnlyTheOthers() throws IOException {
    Nights nights = new Nights(directory);
    Path page = directory.resolve("warehouse/metrics/run=1/report.html");
    Path manifest = directory.resolve("warehouse/runs/run=1/manifest.json");
    Files.createDirectories(page.getParent());
    Files.createDirectories(manifest.getParent());
    Files.writeString(
        page,
        "<script>let data = {\"samples\":[{\"user\":\"alice\",\"history\":[\"a}\\\"\",\"b\"]},"
            + "{\"user\":\"alicia\",\"history\":[\"alice\"]}]}</script>");
    Files.writeString(
        manifest,
        "{\"sample\" : [ {\n \"user\" : \"bob\",\n \"newest\" : [ \"c\" ]\n}, {\n \"user\" :"
            + " \"alice\",\n \"newest\" : [ \"a\" ]\n} ] }");
    JsonNode report = forgetAlice(nights);

    assertThat(page)
        .hasContent(
            "<script>let data = {\"samples\":[{\"user\":\"alicia\",\"history\":[\"alice\"]}]}</script>");
    assertThat(new ObjectMapper().readTree(manifest.toFile()).toString())
        .isEqualTo("{\"sample\":[{\"user\":\"bob\",\"newest\":[\"c\"]}]}");
    assertThat(report.path("removed").path("metrics").path("run=1/report.html").asLong())
        .isEqualTo(1);
  }

  @Test
  void aFileThatIsNotThereIsNamed() throws IOException {
    Nights nights = new Nights(directory);
    assertThatThrownBy(() -> nights.run(new ForgetUsersJob("/no/such/file"), DAY))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("--users /no/such/file cannot be read");
  }
}
