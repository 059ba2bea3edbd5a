package io.nightjar.clicks;

import java.io.Serializable;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;

/**
 * Reads times as a log writes them: epoch-seconds (with fractions), epoch-millis, iso-8601 (with or
 * without a zone), or a pattern. Not safe for use by several threads at once.
 */
final class RecordTime implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final long MICROS_PER_MILLI = 1_000;

  /** Digits of a number of epoch units that cannot overflow in microseconds: year 33658. */
  private static final int MOST_DIGITS = 12;

  private static final int MOST_CHARACTERS = 64;
  private static final double MOST_MICROS = 4e18;

  private final String format;
  private final ZoneId zone;
  private transient DateTimeFormatter formatter;

  /**
   * @param format as {@code input.time-format}
   * @param zone for times that name none
   */
  RecordTime(String format, String zone) {
    this.format = format;
    this.zone = ZoneId.of(zone);
  }

  /** Microseconds since 1970, or {@link RawRecord#NO_TIME} if the text is no time. */
  long parse(String text) {
    if (text == null) {
      return RawRecord.NO_TIME;
    }
    String time = text.strip();
    if (time.isEmpty() || time.length() > MOST_CHARACTERS) {
      return RawRecord.NO_TIME;
    }
    return switch (format) {
      case "epoch-seconds" -> number(time, MICROS_PER_SECOND);
      case "epoch-millis" -> number(time, MICROS_PER_MILLI);
      default -> formatted(time);
    };
  }

  private static long number(String text, long microsPerUnit) {
    boolean negative = text.charAt(0) == '-';
    int end = text.length();
    int point = text.indexOf('.');
    int wholeEnd = point < 0 ? end : point;
    int start = negative ? 1 : 0;
    if (wholeEnd == start
        || wholeEnd - start > MOST_DIGITS + (microsPerUnit < MICROS_PER_SECOND ? 3 : 0)) {
      return exponent(text, microsPerUnit);
    }
    long whole = 0;
    for (int i = start; i < wholeEnd; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return exponent(text, microsPerUnit);
      }
      whole = whole * 10 + digit;
    }
    long fraction = 0;
    long scale = microsPerUnit;
    for (int i = wholeEnd + 1; i < end; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return exponent(text, microsPerUnit);
      }
      scale /= 10;
      fraction += digit * scale;
    }
    long micros = whole * microsPerUnit + fraction;
    return negative ? -micros : micros;
  }

  /** What some tools make of large numbers: 1.396860669277E9. */
  private static long exponent(String text, long microsPerUnit) {
    if (text.indexOf('e') < 0 && text.indexOf('E') < 0) {
      return RawRecord.NO_TIME;
    }
    try {
      double micros = Double.parseDouble(text) * microsPerUnit;
      return Math.abs(micros) < MOST_MICROS ? Math.round(micros) : RawRecord.NO_TIME;
    } catch (NumberFormatException e) {
      return RawRecord.NO_TIME;
    }
  }

  private long formatted(String text) {
    try {
      TemporalAccessor parsed =
          formatter().parseBest(text, ZonedDateTime::from, LocalDateTime::from, LocalDate::from);
      if (parsed instanceof ZonedDateTime zoned) {
        return micros(zoned.toInstant());
      }
      LocalDateTime local =
          parsed instanceof LocalDate day ? day.atStartOfDay() : (LocalDateTime) parsed;
      return micros(local.atZone(zone).toInstant());
    } catch (DateTimeException | ArithmeticException e) {
      return RawRecord.NO_TIME;
    }
  }

  private static long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }

  private DateTimeFormatter formatter() {
    if (formatter == null) {
      formatter =
          format.equals("iso-8601") ? iso() : DateTimeFormatter.ofPattern(format, Locale.ENGLISH);
    }
    return formatter;
  }

  private static DateTimeFormatter iso() {
    return new DateTimeFormatterBuilder()
        .append(DateTimeFormatter.ISO_LOCAL_DATE)
        .optionalStart()
        .appendPattern("['T'][' ']")
        .append(DateTimeFormatter.ISO_LOCAL_TIME)
        .optionalStart()
        .appendPattern("[XXX][XX][X]")
        .optionalEnd()
        .appendPattern("['['VV']']")
        .optionalEnd()
        .toFormatter(Locale.ROOT);
  }
}
