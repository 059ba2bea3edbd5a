package io.nightjar.config;

import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** The click log and how to read it. */
public record InputConfig(
    List<String> paths,
    LogFormat format,
    String delimiter,
    boolean header,
    LogColumns columns,
    String timeFormat,
    List<String> events,
    LocalDate earliest,
    Duration futureTolerance,
    int botEventsPerDay) {

  static InputConfig from(Section section) {
    LogFormat format = section.choice("format", LogFormat.class);
    String delimiter = section.text("delimiter");
    return new InputConfig(
        section.texts("paths"),
        format,
        delimiter.isEmpty() ? defaultDelimiter(format) : delimiter,
        section.flag("header"),
        LogColumns.from(section.section("columns")),
        timeFormat(section),
        section.texts("events"),
        section.date("earliest"),
        section.duration("future-tolerance"),
        section.count("bot-events-per-day", 0, Integer.MAX_VALUE));
  }

  private static String defaultDelimiter(LogFormat format) {
    return format == LogFormat.TSV ? "\t" : ",";
  }

  private static String timeFormat(Section section) {
    String timeFormat = section.nonEmptyText("time-format");
    boolean named = List.of("epoch-seconds", "epoch-millis", "iso-8601").contains(timeFormat);
    try {
      return named || DateTimeFormatter.ofPattern(timeFormat, Locale.ROOT) != null
          ? timeFormat
          : "";
    } catch (IllegalArgumentException e) {
      throw section.wrong(
          "time-format",
          timeFormat,
          "epoch-seconds, epoch-millis, iso-8601 or a pattern like \"yyyy-MM-dd HH:mm:ss\"");
    }
  }

  /** The same input, read from other paths. */
  public InputConfig withPaths(List<String> others) {
    return new InputConfig(
        List.copyOf(others),
        format,
        delimiter,
        header,
        columns,
        timeFormat,
        events,
        earliest,
        futureTolerance,
        botEventsPerDay);
  }
}
