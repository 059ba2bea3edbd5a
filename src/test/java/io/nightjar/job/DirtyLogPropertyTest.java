package io.nightjar.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.io.FileUtils;

/**
 * Whatever a log holds, every record of it is in a session, in quarantine, or dropped by a rule.
 */
class DirtyLogPropertyTest {
  private static final String DAY = "2026-11-20";
  private static final long SOUND = 1_795_168_800L;
  private static final int HUNDRED_MEGABYTES = 100;

  @Provide
  Arbitrary<List<byte[]>> csv() {
    return Dirt.CSV.anyLine().list().ofMaxSize(120);
  }

  @Provide
  Arbitrary<List<byte[]>> tsv() {
    return Dirt.TSV.anyLine().list().ofMaxSize(120);
  }

  @Provide
  Arbitrary<List<byte[]>> json() {
    return Dirt.JSON.anyLine().list().ofMaxSize(120);
  }

  @Property(tries = 2, shrinking = ShrinkingMode.OFF)
  void everyRecordOfADirtyCsvIsSomewhere(
      @ForAll("csv") List<byte[]> lines, @ForAll @IntRange(min = 20, max = 99) int percent)
      throws IOException {
    check(Dirt.CSV, lines, percent);
  }

  @Property(tries = 2, shrinking = ShrinkingMode.OFF)
  void everyRecordOfADirtyTsvIsSomewhere(
      @ForAll("tsv") List<byte[]> lines, @ForAll @IntRange(min = 20, max = 99) int percent)
      throws IOException {
    check(Dirt.TSV, lines, percent);
  }

  @Property(tries = 2, shrinking = ShrinkingMode.OFF)
  void everyRecordOfADirtyJsonLogIsSomewhere(
      @ForAll("json") List<byte[]> lines, @ForAll @IntRange(min = 20, max = 99) int percent)
      throws IOException {
    check(Dirt.JSON, lines, percent);
  }

  /**
   * A sound file, one of dirty lines, one without a header, an empty one, a gzip that breaks off
   * after so much of it, and a line of a hundred megabytes.
   */
  private static void check(Dirt dirt, List<byte[]> lines, int percent) throws IOException {
    Path directory = Files.createTempDirectory("nightjar");
    try {
      Nights nights =
          new Nights(directory)
              .with("input.format=" + dirt.format())
              .with("input.columns { user = user, item = item, time = time }")
              .with("input.max-line-length=" + Dirt.MOST_LINE_BYTES);
      Path log = directory.resolve("log");
      byte[] sound =
          Dirt.file(
              dirt.header(),
              List.of(
                  dirt.line("u0", "a", Long.toString(SOUND)).getBytes(StandardCharsets.UTF_8),
                  dirt.line("u0", "b", Long.toString(SOUND + 60))
                      .getBytes(StandardCharsets.UTF_8)));
      byte[] dirty = Dirt.file(dirt.header(), lines);
      byte[] headless = Dirt.file("", lines);
      byte[] packed = Dirt.gzip(dirty);
      byte[] cut = Arrays.copyOf(packed, Math.max(10, packed.length * percent / 100));
      Files.write(log.resolve("a"), sound);
      Files.write(log.resolve("b"), dirty);
      Files.write(log.resolve("c"), headless);
      Files.write(log.resolve("d"), new byte[0]);
      Files.write(log.resolve("e.gz"), cut);
      writeLongLine(log.resolve("f"), dirt);

      JsonNode report = nights.sessionize(DAY).json();

      // The gzip's unreadable rest is one more record; the long line another.
      byte[] readable = Dirt.readable(cut);
      long records =
          records(dirt, sound)
              + records(dirt, dirty)
              + records(dirt, headless)
              + records(dirt, wholeLines(readable))
              + 1
              + 1;
      assertThat(report.path("rows_in").asLong()).isEqualTo(records);
      long inSessions =
          nights.table("sessions", DAY).selectExpr("sum(size(items))").first().getLong(0);
      assertThat(report.path("rows_out").asLong()).isEqualTo(inSessions);
      long quarantined = nights.table("quarantine", DAY).count();
      assertThat(inSessions + quarantined + sum(report.path("dropped"))).isEqualTo(records);
      assertThat(report.path("quarantined").path("unreadable-rest").asLong()).isEqualTo(1);
      assertThat(report.path("quarantined").path("line-too-long").asLong()).isPositive();
      assertThat(nights.sequence("u0", DAY)).containsExactly("a", "b");
    } finally {
      FileUtils.deleteDirectory(directory.toFile());
    }
  }

  private static void writeLongLine(Path file, Dirt dirt) throws IOException {
    byte[] megabyte = new byte[1 << 20];
    Arrays.fill(megabyte, (byte) 'x');
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(dirt.header().getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < HUNDRED_MEGABYTES; i++) {
        out.write(megabyte);
      }
    }
  }

  /** A line that the gzip breaks off in belongs to its unreadable rest. */
  private static byte[] wholeLines(byte[] readable) {
    int end = readable.length;
    while (end > 0 && readable[end - 1] != '\n' && readable[end - 1] != '\r') {
      end--;
    }
    return Arrays.copyOf(readable, end);
  }

  private static long records(Dirt dirt, byte[] file) {
    return Math.max(0, Dirt.lines(file) - (dirt.header().isEmpty() ? 0 : 1));
  }

  private static long sum(JsonNode counts) {
    long sum = 0;
    for (JsonNode count : counts) {
      sum += count.asLong();
    }
    return sum;
  }
}
