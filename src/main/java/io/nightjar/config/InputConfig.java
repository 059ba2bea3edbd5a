package io.nightjar.config;

import java.io.Serializable;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The click log and how to read it.
 *
 * @param incremental whether a night reads only the files that no other night has read
 * @param charset the encoding of text logs, by name
 * @param itemPattern a regular expression whose first group is the item within the item column, or
 *     empty
 * @param events event types that count; empty: all
 * @param itemEvents event types whose item column names an item; empty: all. The others are signs
 *     of life only: they keep a session going
 * @param weights what a click of an event type weighs; types that are not in it weigh 1
 */
public record InputConfig(
    List<String> paths,
    LogFormat format,
    boolean incremental,
    String delimiter,
    String quote,
    boolean header,
    String charset,
    LogColumns columns,
    String timeFormat,
    String timeZone,
    String itemPattern,
    List<String> events,
    List<String> itemEvents,
    Map<String, Double> weights,
    LocalDate earliest,
    Duration futureTolerance,
    int maxLineLength,
    int maxIdLength,
    CleaningConfig cleaning,
    String pseudonymKeyFile)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Apache's {@code %t}. */
  private static final String ACCESS_LOG_TIME = "dd/MMM/yyyy:HH:mm:ss Z";

  static InputConfig from(Section section) {
    LogFormat format = section.choice("format", LogFormat.class);
    String delimiter = section.text("delimiter");
    return new InputConfig(
        section.texts("paths"),
        format,
        section.flag("incremental"),
        delimiter.isEmpty() ? defaultDelimiter(format) : oneCharacter(section, "delimiter"),
        section.text("quote").isEmpty() ? "" : oneCharacter(section, "quote"),
        section.flag("header"),
        charset(section),
        LogColumns.from(section.section("columns")),
        timeFormat(section, format),
        timeZone(section),
        pattern(section, "item-pattern"),
        section.texts("events"),
        section.texts("item-events"),
        section.numbers("weights"),
        section.date("earliest"),
        section.duration("future-tolerance"),
        section.count("max-line-length", 1, 1 << 28),
        section.count("max-id-length", 1, 1 << 20),
        CleaningConfig.from(section.section("cleaning")),
        section.text("pseudonyms.key-file"));
  }

  private static String defaultDelimiter(LogFormat format) {
    return format == LogFormat.TSV ? "\t" : ",";
  }

  private static String oneCharacter(Section section, String key) {
    String value = section.text(key);
    if (value.length() != 1) {
      throw section.wrong(key, "'" + value + "'", "one character");
    }
    return value;
  }

  private static String charset(Section section) {
    String name = section.nonEmptyText("charset");
    try {
      return Charset.forName(name).name();
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      throw section.wrong("charset", name, "an encoding that Java knows, like UTF-8");
    }
  }

  private static String timeFormat(Section section, LogFormat format) {
    String timeFormat = section.nonEmptyText("time-format");
    if (timeFormat.equals("auto")) {
      return format == LogFormat.ACCESS_LOG ? ACCESS_LOG_TIME : "epoch-seconds";
    }
    boolean named = List.of("epoch-seconds", "epoch-millis", "iso-8601").contains(timeFormat);
    try {
      return named || DateTimeFormatter.ofPattern(timeFormat, Locale.ENGLISH) != null
          ? timeFormat
          : "";
    } catch (IllegalArgumentException e) {
      throw section.wrong(
          "time-format",
          timeFormat,
          "auto, epoch-seconds, epoch-millis, iso-8601 or a pattern like \"yyyy-MM-dd HH:mm:ss\"");
    }
  }

  private static String timeZone(Section section) {
    String zone = section.nonEmptyText("time-zone");
    try {
      return ZoneId.of(zone).getId();
    } catch (DateTimeException e) {
      throw section.wrong("time-zone", zone, "a zone like UTC, +01:00 or Europe/Berlin");
    }
  }

  private static String pattern(Section section, String key) {
    String pattern = section.text(key);
    try {
      if (!pattern.isEmpty() && Pattern.compile(pattern).matcher("").groupCount() == 0) {
        throw section.wrong(key, pattern, "a regular expression with a group around the item");
      }
      return pattern;
    } catch (PatternSyntaxException e) {
      throw section.wrong(key, pattern, "a regular expression (" + e.getDescription() + ")");
    }
  }

  /** The same input, read as a whole from other paths. */
  public InputConfig withPaths(List<String> others) {
    return new InputConfig(
        List.copyOf(others),
        format,
        false,
        delimiter,
        quote,
        header,
        charset,
        columns,
        timeFormat,
        timeZone,
        itemPattern,
        events,
        itemEvents,
        weights,
        earliest,
        futureTolerance,
        maxLineLength,
        maxIdLength,
        cleaning,
        pseudonymKeyFile);
  }
}
