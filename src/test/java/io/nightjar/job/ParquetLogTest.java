package io.nightjar.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.nightjar.LocalSpark;
import io.nightjar.clicks.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetLogTest {
  private static final String DAY = "2026-11-20";

  @TempDir private Path directory;

  private Nights nights(String... settings) throws IOException {
    Nights nights = new Nights(directory).with("input.format=parquet");
    Stream.of(settings).forEach(nights::with);
    return nights;
  }

  private void write(String values) {
    LocalSpark.session()
        .sql("SELECT * FROM VALUES " + values)
        .coalesce(1)
        .write()
        .mode("append")
        .parquet(directory.resolve("log").toString());
  }

  private Path onlyFile() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("log"))) {
      return files.filter(file -> file.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
  }

  @Test
  void nestedColumnsTimestampsAndWeightsAreReadAndABrokenFileIsOneUnreadableRecord()
      throws IOException {
    Nights nights =
        nights(
            "input.columns { user = who.id, item = item, time = at, event = kind }",
            "input.weights { cart = 3 }",
            "input.time-zone=\"+02:00\"");
    write(
        "(named_struct('id', 'u1'), 7, timestamp_ntz'2026-11-20 10:00:00', 'view'),"
            + " (named_struct('id', 'u1'), 8, timestamp_ntz'2026-11-20 10:01:00', 'CART'),"
            + " (named_struct('id', 'u2'), null, timestamp_ntz'2026-11-20 10:01:00', 'view'),"
            + " (null, 9, timestamp_ntz'2026-11-20 10:01:00', 'view'),"
            + " (named_struct('id', 'u3'), 9, null, 'view') AS log(who, item, at, kind)");
    byte[] sound = Files.readAllBytes(onlyFile());
    Path cut = directory.resolve("log/cut.parquet");
    Files.write(cut, Arrays.copyOf(sound, sound.length / 2));
    Files.createFile(directory.resolve("log/empty.parquet"));

    JsonNode report = nights.sessionize(DAY).json();

    assertThat(report.path("rows_in").asLong()).isEqualTo(6);
    assertThat(report.path("rows_out").asLong()).isEqualTo(2);
    assertThat(report.path("quarantined").toString())
        .isEqualTo(
            "{\"missing-item\":1,\"missing-user\":1,\"unparsable-time\":1,\"unreadable-rest\":1}");
    Row session = nights.table("sessions", DAY).first();
    assertThat(session.<String>getList(session.fieldIndex("items"))).containsExactly("7", "8");
    assertThat(session.<Float>getList(session.fieldIndex("weights"))).containsExactly(1f, 3f);
    // Times without a zone are in input.time-zone.
    assertThat(nights.table("sessions", DAY).selectExpr("string(start)").first().getString(0))
        .isEqualTo("2026-11-20 08:00:00");
    List<Row> unusable = nights.table("quarantine", DAY).orderBy("reason").collectAsList();
    assertThat(unusable.get(0).<String>getAs("raw")).contains("\"who\":{\"id\":\"u2\"}");
    assertThat(unusable.get(0).<String>getAs("source_file")).endsWith(".parquet");
    assertThat(unusable.get(3).<String>getAs("source_file")).endsWith("cut.parquet");
  }

  @Test
  void wholeNumbersAreTimesUnlessTheyAreFarTooLarge() throws IOException {
    Nights nights = nights("input.columns { user = u, item = i, time = t }");
    // The fourth is milliseconds; as microseconds it would wrap around to a time like any other.
    write(
        "('u', 'a', 1795168800L), ('u', 'b', 1795168860L), ('u', 'c', null),"
            + " ('u', 'd', 18448539242509L) AS log(u, i, t)");
    JsonNode report = nights.sessionize(DAY).json();
    assertThat(report.path("quarantined").path("unparsable-time").asLong()).isEqualTo(2);
    assertThat(nights.sequence("u", DAY)).containsExactly("a", "b");
  }

  @Test
  void aLogWithoutAWholeFileSaysSo() throws IOException {
    Nights nights = nights();
    Files.writeString(directory.resolve("log/text.parquet"), "user_id,item_id,timestamp\n");
    assertThatThrownBy(() -> nights.sessionize(DAY))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no whole Parquet file")
        .hasMessageContaining("text.parquet");
  }
}
