package io.nightjar.clicks;

import io.nightjar.config.InputConfig;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.unsafe.types.UTF8String;

/** Takes the lines of one file apart. A parser throws for no line, whatever is in it. */
abstract class RecordParser {
  private final RecordTime time;

  RecordParser(InputConfig input) {
    this.time = new RecordTime(input.timeFormat(), input.timeZone());
  }

  /**
   * The parser for a file.
   *
   * @param header the file's first line, or any line where the format has no header
   */
  static RecordParser of(InputConfig input, String header) {
    return switch (input.format()) {
      case CSV, TSV -> new DelimitedParser(input, header);
      case JSON -> new JsonParser(input);
      case ACCESS_LOG -> new AccessLogParser(input);
      case PARQUET -> throw new IllegalArgumentException("Parquet has no lines");
    };
  }

  /** The record that a line holds; its defect says so if it holds none. */
  final RawRecord parse(String line) {
    String[] values = values(line);
    if (values == null) {
      return RawRecord.defective(line.isBlank() ? Verdict.BLANK : Verdict.MALFORMED);
    }
    return new RawRecord(
        null,
        utf8(values[0]),
        utf8(values[1]),
        time.parse(values[2]),
        utf8(values[3]),
        utf8(values[4]),
        utf8(values[5]),
        utf8(values[6]),
        utf8(values[7]),
        utf8(values[8]));
  }

  /** The line's values in the order of LogColumns.all(), or null if it is not of the format. */
  abstract String[] values(String line);

  /** Where each of LogColumns.all() stands among a file's columns; -1: nowhere. */
  static int[] positions(List<String> columns, List<String> present) {
    return columns.stream().mapToInt(name -> name.isEmpty() ? -1 : present.indexOf(name)).toArray();
  }

  /** Picks the values at positions. */
  static String[] pick(List<String> values, int[] positions) {
    return Arrays.stream(positions)
        .mapToObj(position -> position < 0 ? null : values.get(position))
        .toArray(String[]::new);
  }

  private static UTF8String utf8(String value) {
    return value == null ? null : UTF8String.fromString(value);
  }
}
