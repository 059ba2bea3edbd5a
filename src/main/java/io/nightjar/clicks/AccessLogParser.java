package io.nightjar.clicks;

import io.nightjar.config.InputConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * Apache's and NGINX's access logs, combined or common: {@code host ident user [time] "method path
 * protocol" status bytes "referer" "agent"}; what a server adds at the end is passed over. A hyphen
 * stands for nothing.
 */
final class AccessLogParser extends RecordParser {
  /** What the columns are called. */
  static final List<String> NAMES =
      List.of(
          "host", "ident", "user", "time", "request", "status", "bytes", "referer", "agent",
          "method", "path");

  private static final int REQUEST = NAMES.indexOf("request");
  private static final int COMMON_FIELDS = NAMES.indexOf("referer");
  private static final int COMBINED_FIELDS = NAMES.indexOf("method");

  private final int[] positions;

  AccessLogParser(InputConfig input) {
    super(input);
    List<String> columns = new ArrayList<>(input.columns().all());
    int agent = columns.size() - 1;
    if (columns.get(agent).isEmpty()) {
      columns.set(agent, "agent");
    }
    this.positions = positions(columns, NAMES);
  }

  @Override
  String[] values(String line) {
    List<String> fields = fields(line);
    if (fields.size() < COMMON_FIELDS) {
      return null;
    }
    while (fields.size() < COMBINED_FIELDS) {
      fields.add(null);
    }
    String request = fields.get(REQUEST);
    String[] words = request == null ? new String[0] : request.split(" ", 3);
    fields.add(words.length > 1 ? words[0] : null);
    fields.add(words.length > 1 ? words[1] : null);
    return pick(fields, positions);
  }

  /** The line's first fields: words, or what stands in brackets or in quotes. */
  private static List<String> fields(String line) {
    List<String> fields = new ArrayList<>();
    int start = 0;
    while (start < line.length() && fields.size() < COMBINED_FIELDS) {
      char first = line.charAt(start);
      char last = first == '[' ? ']' : first == '"' ? '"' : ' ';
      int from = last == ' ' ? start : start + 1;
      int end = unescaped(line, last, from);
      if (end < 0 && last != ' ') {
        return fields;
      }
      end = end < 0 ? line.length() : end;
      String field = line.substring(from, end);
      fields.add(field.equals("-") ? null : field);
      start = last == ' ' ? end + 1 : end + 2;
    }
    return fields;
  }

  /** Where the field ends; a quote after an odd number of backslashes is a part of it. */
  private static int unescaped(String line, char last, int from) {
    int end = line.indexOf(last, from);
    while (last == '"' && end > from && backslashesBefore(line, end, from) % 2 == 1) {
      end = line.indexOf(last, end + 1);
    }
    return end;
  }

  private static int backslashesBefore(String line, int end, int from) {
    int start = end;
    while (start > from && line.charAt(start - 1) == '\\') {
      start--;
    }
    return end - start;
  }
}
