package io.nightjar.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.nightjar.clicks.InputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionizeJobTest {
  private static final String HEADER = "user_id,item_id,timestamp,event";

  @TempDir private Path directory;

  private Nights nights(String... settings) throws IOException {
    return new Nights(directory, settings).with("input.time-format=iso-8601");
  }

  private static long balance(JsonNode report) {
    long rest = report.path("rows_in").asLong() - report.path("rows_out").asLong();
    for (String group : List.of("quarantined", "dropped")) {
      for (JsonNode count : report.path(group)) {
        rest -= count.asLong();
      }
    }
    return rest;
  }

  @Test
  void everyRecordIsInASessionOrInQuarantineOrDroppedByARule() throws IOException {
    Nights nights = nights();
    nights.log(
        "a.csv",
        HEADER,
        "u1,a,2026-11-20 10:00:00,view",
        "u1,a,2026-11-20 10:00:00,view",
        "u1,b,2026-11-20 10:05:00,view",
        "u1,c,2026-11-20 12:00:00,view",
        ",b,2026-11-20 10:05:00,view",
        "u2,b,yesterday,view",
        "u2,b,2027-11-20 10:05:00,view",
        "u2,\"never closed,2026-11-20 10:05:00,view",
        "",
        "too,few");
    JsonNode report = nights.sessionize("2026-11-20").json();

    assertThat(report.path("rows_in").asLong()).isEqualTo(10);
    assertThat(report.path("rows_out").asLong()).isEqualTo(2);
    assertThat(report.path("quarantined").toString())
        .isEqualTo(
            "{\"malformed\":2,\"missing-user\":1,\"time-in-future\":1,\"unparsable-time\":1}");
    assertThat(report.path("dropped").toString())
        .isEqualTo("{\"blank\":1,\"duplicate\":1,\"short-session\":1}");
    assertThat(balance(report)).isZero();
    assertThat(nights.table("quarantine", "2026-11-20").count()).isEqualTo(5);
    assertThat(nights.sequence("u1", "2026-11-20")).containsExactly("a", "b");
  }

  @Test
  void aTruncatedGzipGivesItsReadablePartAndNamesTheRest() throws IOException {
    Nights nights = nights();
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    for (int click = 0; click < 200_000; click++) {
      text.append("u").append(click % 97).append(",i").append((click * 7919L) % 1009);
      text.append(",2026-11-20 10:").append(String.format("%02d:%02d", click % 30, click % 59));
      text.append(",view\n");
    }
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(text.toString().getBytes(StandardCharsets.UTF_8));
    }
    Path log = directory.resolve("log/cut.csv.gz");
    Files.write(log, Arrays.copyOf(packed.toByteArray(), packed.size() / 2));

    JsonNode report =
        nights.with("input.cleaning.bot-events-per-day=0").sessionize("2026-11-20").json();

    assertThat(report.path("quarantined").path("unreadable-rest").asLong()).isEqualTo(1);
    assertThat(report.path("rows_in").asLong()).isBetween(50_000L, 199_999L);
    assertThat(balance(report)).isZero();
    Row defect =
        nights.table("quarantine", "2026-11-20").filter("reason = 'unreadable-rest'").first();
    assertThat(defect.<String>getAs("source_file")).contains("cut.csv.gz");
  }

  @Test
  void aSecondNightReadsOnlyItsNewFilesAndFinishesWhatMidnightLeftOpen() throws IOException {
    Nights nights = nights();
    nights.log(
        "1.csv",
        HEADER,
        "u1,a,2026-11-20 10:00:00,view",
        "u1,b,2026-11-20 10:05:00,view",
        "u1,c,2026-11-20 23:50:00,view");
    JsonNode first = nights.sessionize("2026-11-20").json();
    assertThat(first.path("rows_in").asLong()).isEqualTo(3);
    assertThat(nights.sequence("u1", "2026-11-20")).containsExactly("a", "b");

    nights.log(
        "2.csv",
        HEADER,
        "u1,d,2026-11-21 00:10:00,view",
        "u1,late,2026-11-20 09:00:00,view",
        "u2,x,2026-11-21 12:00:00,view",
        "u2,y,2026-11-21 12:01:00,view");
    JsonNode second = nights.sessionize("2026-11-21").json();

    assertThat(second.path("rows_in").asLong()).isEqualTo(4);
    assertThat(second.path("dropped").path("late").asLong()).isEqualTo(1);
    assertThat(second.path("carried_in").asLong()).isEqualTo(1);
    assertThat(balance(second)).isZero();
    assertThat(nights.sequence("u1", "2026-11-21")).containsExactly("a", "b", "c", "d");
    assertThat(nights.sequence("u2", "2026-11-21")).containsExactly("x", "y");
  }

  @Test
  void rerunOfTheSameDateGivesTheSameRows() throws IOException {
    Nights nights = nights();
    nights.log("1.csv", HEADER, "u1,a,2026-11-20 10:00:00,view", "u1,b,2026-11-20 10:05:00,view");
    nights.sessionize("2026-11-20");
    nights.log("2.csv", HEADER, "u1,c,2026-11-21 10:00:00,view", "u1,d,2026-11-21 10:05:00,view");
    nights.sessionize("2026-11-21");
    List<Row> rows = nights.table("sequences", "2026-11-21").collectAsList();
    nights.sessionize("2026-11-21");

    assertThat(nights.table("sequences", "2026-11-21").collectAsList()).isEqualTo(rows);
    assertThat(nights.table("sessions", "2026-11-21").count()).isEqualTo(1);
  }

  @Test
  void aNightWithoutANewFileSaysSo() throws IOException {
    Nights nights = nights();
    nights.log("1.csv", HEADER, "u1,a,2026-11-20 10:00:00,view", "u1,b,2026-11-20 10:05:00,view");
    nights.sessionize("2026-11-20");

    assertThatThrownBy(() -> nights.sessionize("2026-11-21"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no new file for 2026-11-21");
  }

  @Test
  void aNightWithHalfTheEventsStopsBeforeItPublishesAnything() throws IOException {
    Nights nights = nights();
    String[] lines = new String[101];
    lines[0] = HEADER;
    for (int i = 1; i < lines.length; i++) {
      lines[i] =
          "u" + i % 10 + ",i" + i + ",2026-11-20 10:" + String.format("%02d", i % 60) + ":00,view";
    }
    nights.log("1.csv", lines);
    nights.sessionize("2026-11-20");
    nights.log("2.csv", HEADER, "u1,c,2026-11-21 10:00:00,view", "u1,d,2026-11-21 10:05:00,view");

    assertThatThrownBy(() -> nights.sessionize("2026-11-21"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("profile.least-events = 0.5");
    assertThat(directory.resolve("warehouse/sessions/dt=2026-11-21")).doesNotExist();
  }

  @Test
  void withAKeyFileNoTableHoldsARawId() throws IOException {
    Path key = Files.writeString(directory.resolve("key"), "0123456789abcdef0123456789abcdef");
    Nights nights = nights("input.pseudonyms.key-file=\"" + key + "\"");
    nights.log(
        "1.csv",
        HEADER,
        "alice,a,2026-11-20 10:00:00,view",
        "alice,b,2026-11-20 10:05:00,view",
        "alice,b,never,view",
        "\"al\"\"ice\",b,never,view",
        "alice,too,few");
    JsonNode report = nights.sessionize("2026-11-20").json();

    assertThat(report.path("pseudonym_key").asText()).hasSize(8);
    for (String table : List.of("sessions", "sequences", "quarantine", "open_clicks")) {
      assertThat(nights.table(table, "2026-11-20").toJSON().collectAsList())
          .noneMatch(row -> row.contains("alice") || row.contains("ice"));
    }
  }
}
