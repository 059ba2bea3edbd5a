package io.nightjar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Prints what a job did for a person: tables for lists of objects, a line for everything else. */
final class ReportPrinter {
  private final PrintStream out;

  ReportPrinter(PrintStream out) {
    this.out = out;
  }

  void print(ObjectNode report) {
    for (Map.Entry<String, JsonNode> entry : report.properties()) {
      print(entry.getKey(), entry.getValue());
    }
  }

  private void print(String name, JsonNode value) {
    if (isTable(value)) {
      out.println();
      out.println(name);
      printTable((ArrayNode) value);
    } else if (value.isObject() && !value.isEmpty()) {
      out.println();
      out.println(name);
      value.properties().forEach(child -> printChild(child.getKey(), child.getValue()));
    } else {
      out.println(name + ": " + text(value));
    }
  }

  private void printChild(String name, JsonNode value) {
    if (isTable(value)) {
      out.println("  " + name);
      printTable((ArrayNode) value);
    } else {
      out.println("  " + name + ": " + text(value));
    }
  }

  private static boolean isTable(JsonNode value) {
    return value.isArray() && !value.isEmpty() && value.get(0).isObject();
  }

  private void printTable(ArrayNode rows) {
    Set<String> columns = new LinkedHashSet<>();
    rows.forEach(row -> row.fieldNames().forEachRemaining(columns::add));
    List<List<String>> cells = new ArrayList<>();
    cells.add(List.copyOf(columns));
    for (JsonNode row : rows) {
      cells.add(columns.stream().map(column -> text(row.path(column))).toList());
    }
    int[] widths = new int[columns.size()];
    for (List<String> line : cells) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], line.get(column).length());
      }
    }
    for (List<String> line : cells) {
      StringBuilder padded = new StringBuilder("   ");
      for (int column = 0; column < widths.length; column++) {
        padded.append(' ').append(line.get(column));
        padded.append(" ".repeat(widths[column] - line.get(column).length() + 1));
      }
      out.println(padded.toString().stripTrailing());
    }
  }

  private static String text(JsonNode value) {
    if (value.isMissingNode()) {
      return "";
    }
    if (value.isNull()) {
      return "-";
    }
    if (value.isFloatingPointNumber()) {
      return String.format("%.4f", value.doubleValue());
    }
    if (value.isObject()) {
      List<String> pairs = new ArrayList<>();
      value.properties().forEach(entry -> pairs.add(entry.getKey() + " " + text(entry.getValue())));
      return pairs.isEmpty() ? "none" : String.join(", ", pairs);
    }
    if (isTable(value)) {
      return value.size() + " rows";
    }
    if (value.isArray()) {
      List<String> items = new ArrayList<>();
      value.forEach(item -> items.add(text(item)));
      return items.isEmpty() ? "none" : String.join(" ", items);
    }
    return value.asText();
  }
}
