package io.nightjar.clicks;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.ZstdOutputStream;
import io.nightjar.config.ConfigLoader;
import io.nightjar.config.InputConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.io.compress.SnappyCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xerial.snappy.SnappyFramedOutputStream;

class LogLinesTest {
  private static final String LINES = "user_id,item_id,timestamp\nu1,a,1\nu1,\"b,c\",2.5\n";
  private static final Configuration HADOOP = new Configuration();
  private static final InputConfig NO_HEADER =
      input(
          "input.header=false",
          "input.columns.item=c1",
          "input.columns.time=c0",
          "input.columns.user=c2");
  private static final List<InputConfig> FORMATS =
      List.of(
          input("input.format=csv"), input("input.format=json"), input("input.format=access-log"));

  @TempDir private Path directory;

  private static InputConfig input(String... settings) {
    return ConfigLoader.load(Optional.empty(), List.of(settings)).input();
  }

  private static List<LogRecord> read(Path file, InputConfig input) {
    return read(new LogSplit(file.toUri().toString(), 0, Long.MAX_VALUE), input);
  }

  private static List<LogRecord> read(LogSplit split, InputConfig input) {
    List<LogRecord> records = new ArrayList<>();
    new LogLines(split, input, HADOOP).forEachRemaining(records::add);
    return records;
  }

  private static List<Verdict> defects(List<LogRecord> records) {
    return records.stream().map(record -> record.record().defect()).toList();
  }

  @Test
  void compressedLogsReadLikePlainOnes() throws IOException {
    Path plain = Files.writeString(directory.resolve("log.csv"), LINES);
    Path gzip = directory.resolve("log.csv.gz");
    Path zstd = directory.resolve("log.csv.zst");
    Path snappy = directory.resolve("log.csv.snappy");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
      out.write(LINES.getBytes(StandardCharsets.UTF_8));
    }
    try (OutputStream out = new ZstdOutputStream(Files.newOutputStream(zstd))) {
      out.write(LINES.getBytes(StandardCharsets.UTF_8));
    }
    try (OutputStream out = new SnappyFramedOutputStream(Files.newOutputStream(snappy))) {
      out.write(LINES.getBytes(StandardCharsets.UTF_8));
    }
    Path hadoopSnappy = directory.resolve("hadoop.csv.snappy");
    SnappyCodec codec = new SnappyCodec();
    codec.setConf(new Configuration());
    try (OutputStream out = codec.createOutputStream(Files.newOutputStream(hadoopSnappy))) {
      out.write(LINES.getBytes(StandardCharsets.UTF_8));
    }
    List<RawRecord> expected = read(plain, input()).stream().map(LogRecord::record).toList();
    assertThat(expected).extracting(record -> record.item().toString()).containsExactly("a", "b,c");
    assertThat(expected).extracting(RawRecord::time).containsExactly(1_000_000L, 2_500_000L);
    for (Path packed : List.of(gzip, zstd, snappy, hadoopSnappy)) {
      assertThat(read(packed, input()).stream().map(LogRecord::record)).isEqualTo(expected);
    }
  }

  @Test
  void truncatedFilesGiveOneUnreadableRest() throws IOException {
    StringBuilder text = new StringBuilder("user_id,item_id,timestamp\n");
    for (int line = 0; line < 100_000; line++) {
      text.append("u").append(line * 31L % 10_007).append(",i").append(line * 17L % 977);
      text.append(',').append(line).append('\n');
    }
    for (String ending : List.of(".gz", ".zst")) {
      Path whole = directory.resolve("whole" + ending);
      try (OutputStream out =
          ending.equals(".gz")
              ? new GZIPOutputStream(Files.newOutputStream(whole))
              : new ZstdOutputStream(Files.newOutputStream(whole))) {
        out.write(text.toString().getBytes(StandardCharsets.UTF_8));
      }
      byte[] bytes = Files.readAllBytes(whole);
      Path cut = directory.resolve("cut.csv" + ending);
      Files.write(cut, Arrays.copyOf(bytes, bytes.length * 2 / 3));

      List<Verdict> defects = defects(read(cut, input()));
      assertThat(defects.size()).isBetween(20_000, 99_999);
      assertThat(defects.get(defects.size() - 1)).isEqualTo(Verdict.UNREADABLE_REST);
    }
  }

  @Test
  void aLineOfAHundredMegabytesIsOneDefectAndTheNextLineIsRead() throws IOException {
    Path log = directory.resolve("long.csv");
    byte[] megabyte = new byte[1 << 20];
    Arrays.fill(megabyte, (byte) 'x');
    try (OutputStream out = Files.newOutputStream(log)) {
      out.write("user_id,item_id,timestamp\n".getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < 100; i++) {
        out.write(megabyte);
      }
      out.write("\nu1,a,1\n".getBytes(StandardCharsets.UTF_8));
    }
    List<LogRecord> records = read(log, input());
    assertThat(defects(records)).containsExactly(Verdict.LINE_TOO_LONG, null);
    assertThat(records.get(0).raw()).hasSize(1_000_000);
  }

  @Test
  void anEmptyFileHoldsNoRecord() throws IOException {
    assertThat(read(Files.createFile(directory.resolve("empty.csv")), input())).isEmpty();
  }

  @Test
  void brokenUtf8IsADefectAndLatin1IsReadWhereTheConfigurationSaysSo() throws IOException {
    Path log = directory.resolve("latin1.csv");
    String text = "user_id,item_id,timestamp\nu1,caf\u00e9,1\n";
    Files.write(log, text.getBytes(StandardCharsets.ISO_8859_1));
    assertThat(defects(read(log, input()))).containsExactly(Verdict.BROKEN_TEXT);
    assertThat(read(log, input("input.charset=ISO-8859-1")).get(0).record().item().toString())
        .isEqualTo("caf\u00e9");
  }

  @Property(tries = 200)
  void splitsReadEveryLineOnceWhateverTheBytes(
      @ForAll @Size(max = 400) byte[] bytes, @ForAll @IntRange(min = 1, max = 50) int splitBytes)
      throws IOException {
    Path log = Files.createTempFile("nightjar", ".csv");
    try {
      Files.write(log, bytes);
      List<String> whole = read(log, NO_HEADER).stream().map(LogRecord::raw).toList();
      List<String> parts = new ArrayList<>();
      for (long start = 0; start < Math.max(1, bytes.length); start += splitBytes) {
        long end = Math.min(start + splitBytes, Math.max(1, bytes.length));
        read(new LogSplit(log.toUri().toString(), start, end), NO_HEADER)
            .forEach(record -> parts.add(record.raw()));
      }
      assertThat(parts).isEqualTo(whole);
    } finally {
      Files.delete(log);
    }
  }

  @Property(tries = 500)
  void noLineBreaksAParser(@ForAll String line) {
    for (InputConfig input : FORMATS) {
      RawRecord record = RecordParser.of(input, "user_id,item_id,timestamp").parse(line);
      assertThat(record).isNotNull();
    }
  }

  @Test
  void packingCoversEveryByteOnce() {
    List<FileStatus> files =
        List.of(
            new FileStatus(300L << 20, false, 1, 1, 0, new org.apache.hadoop.fs.Path("/a.csv")),
            new FileStatus(0, false, 1, 1, 0, new org.apache.hadoop.fs.Path("/b.csv")),
            new FileStatus(5, false, 1, 1, 0, new org.apache.hadoop.fs.Path("/c.csv.gz")));
    List<LogSplit> splits = LogSplit.pack(files, 2).stream().flatMap(List::stream).toList();
    long end = 0;
    for (LogSplit split : splits.stream().filter(s -> s.path().equals("/a.csv")).toList()) {
      assertThat(split.start()).isEqualTo(end);
      end = split.end();
    }
    assertThat(end).isEqualTo(300L << 20);
    assertThat(splits).extracting(LogSplit::path).contains("/b.csv", "/c.csv.gz");
  }
}
