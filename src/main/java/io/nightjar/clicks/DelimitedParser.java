package io.nightjar.clicks;

import io.nightjar.config.InputConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Lines of fields between delimiters, as RFC 4180 has them, one record per line. */
final class DelimitedParser extends RecordParser {
  private final char delimiter;
  private final int quote;
  private final int fields;
  private final int[] positions;

  DelimitedParser(InputConfig input, String header) {
    super(input);
    this.delimiter = input.delimiter().charAt(0);
    this.quote = input.quote().isEmpty() ? -1 : input.quote().charAt(0);
    List<String> names = names(input, header);
    this.fields = names.size();
    this.positions = positions(input.columns().all(), names);
  }

  /** What a file's columns are called. */
  static List<String> names(InputConfig input, String firstLine) {
    int quote = input.quote().isEmpty() ? -1 : input.quote().charAt(0);
    List<String> cells = split(firstLine, input.delimiter().charAt(0), quote);
    if (cells == null) {
      return List.of();
    }
    return input.header()
        ? cells.stream().map(String::strip).toList()
        : IntStream.range(0, cells.size()).mapToObj(i -> "c" + i).toList();
  }

  @Override
  String[] values(String line) {
    if (line.isEmpty()) {
      return null;
    }
    List<String> values = split(line, delimiter, quote);
    return values == null || values.size() != fields ? null : pick(values, positions);
  }

  /** The line's fields without their quotes, or null if a quote is never closed. */
  private static List<String> split(String line, char delimiter, int quote) {
    List<String> fields = new ArrayList<>();
    int start = 0;
    while (true) {
      if (start < line.length() && line.charAt(start) == quote) {
        StringBuilder field = new StringBuilder();
        int end = closingQuote(line, start, quote, field);
        boolean closed = end >= 0 && (end == line.length() || line.charAt(end) == delimiter);
        if (!closed) {
          return null;
        }
        fields.add(field.toString());
        start = end;
      } else {
        int end = line.indexOf(delimiter, start);
        fields.add(line.substring(start, end < 0 ? line.length() : end));
        start = end < 0 ? line.length() : end;
      }
      if (start >= line.length()) {
        return fields;
      }
      start++;
    }
  }

  /** Where the quoted field ends (after its closing quote), or -1; collects what is inside. */
  private static int closingQuote(String line, int start, int quote, StringBuilder inside) {
    int from = start + 1;
    while (true) {
      int next = line.indexOf(quote, from);
      if (next < 0) {
        return -1;
      }
      inside.append(line, from, next);
      if (next + 1 < line.length() && line.charAt(next + 1) == quote) {
        inside.append((char) quote);
        from = next + 2;
      } else {
        return next + 1;
      }
    }
  }
}
