package io.nightjar.job;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Tuple;

/** Logs as they should not be, in one format. */
enum Dirt {
  CSV("csv", ","),
  TSV("tsv", "\t"),
  JSON("json", null);

  static final int MOST_LINE_BYTES = 20_000;
  private static final int LONG_ID = 10_000;
  private static final int LONG_LINE = 30_000;
  private static final int MOST_RANDOM_BYTES = 80;

  private final String format;
  private final String delimiter;

  Dirt(String format, String delimiter) {
    this.format = format;
    this.delimiter = delimiter;
  }

  String format() {
    return format;
  }

  /** The first line of a file, if it is no record. */
  String header() {
    return delimiter == null ? "" : String.join(delimiter, "user", "item", "time") + "\n";
  }

  /** A record's line. */
  String line(String user, String item, String time) {
    return delimiter != null
        ? String.join(delimiter, user, item, time)
        : "{\"user\":\"" + user + "\",\"item\":\"" + item + "\",\"time\":\"" + time + "\"}";
  }

  /** Bytes that start a file or follow a line feed; they may hold several lines or none. */
  Arbitrary<byte[]> anyLine() {
    String sound = line("u1", "a", "1795168800");
    Arbitrary<String> text =
        Arbitraries.of(
            sound,
            line("u2", "b", "1795168900"),
            line("u2", "c", "1795168960.25"),
            line("", "c", "1795168960"),
            line("u3", " ", "1795168960"),
            line("u3", "c", "-86400"),
            line("u3", "c", "1900-01-01"),
            line("u3", "c", "4200000000"),
            line("u3", "c", "1e300"),
            line("x".repeat(LONG_ID), "a", "1795168800"),
            line("u1", "\"never closed", "1795168800"),
            line("u1", "\0", "1795168800"),
            line("u1", "x".repeat(LONG_LINE), "1795168800"),
            sound + sound,
            sound.substring(0, sound.length() / 2),
            header().strip(),
            "[1, 2]",
            "{\"user\":{\"deep\":[1]},\"item\":null,\"time\":true}",
            "",
            "   ");
    Arbitrary<byte[]> broken =
        Arbitraries.just(
            concat(sound.getBytes(StandardCharsets.UTF_8), new byte[] {(byte) 0xC3, '('}));
    Arbitrary<byte[]> noise = Arbitraries.bytes().array(byte[].class).ofMaxSize(MOST_RANDOM_BYTES);
    return Arbitraries.frequencyOf(
        Tuple.of(8, text.map(line -> line.getBytes(StandardCharsets.UTF_8))),
        Tuple.of(1, broken),
        Tuple.of(2, noise));
  }

  /** Lines with a line feed after each. */
  static byte[] file(String header, List<byte[]> lines) {
    byte[] file = header.getBytes(StandardCharsets.UTF_8);
    for (byte[] line : lines) {
      file = concat(file, line, new byte[] {'\n'});
    }
    return file;
  }

  static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  /** What can be read of a gzip that breaks off. */
  static byte[] readable(byte[] gzip) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip), 1)) {
      for (int next = in.read(); next >= 0; next = in.read()) {
        text.write(next);
      }
    } catch (EOFException e) {
      return text.toByteArray();
    }
    return text.toByteArray();
  }

  /** Lines end with a line feed, a carriage return, both, or the file. */
  static long lines(byte[] file) {
    long lines = 0;
    for (int i = 0; i < file.length; i++) {
      boolean isEnd =
          file[i] == '\n' || (file[i] == '\r' && (i + 1 == file.length || file[i + 1] != '\n'));
      lines += isEnd || i + 1 == file.length ? 1 : 0;
    }
    return lines;
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    Arrays.stream(parts).forEach(all::writeBytes);
    return all.toByteArray();
  }
}
