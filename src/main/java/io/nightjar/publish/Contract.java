package io.nightjar.publish;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a table promises its readers: a file {@code conf/contracts/<table>.json}, which the README's
 * tables are generated from and which every publication is checked against.
 *
 * @param table its directory in the warehouse
 * @param partition the column that its directories are named by: {@code dt} or {@code version}
 * @param grain what one row is
 * @param key columns that no two rows of a partition have in common; rows are sorted by them
 * @param ranked whether the last column of the key is a rank: 1, 2, ... without a gap within the
 *     columns before it
 * @param steady whether a partition with far more or far fewer rows than the one before is taken
 *     for an accident
 */
public record Contract(
    String table,
    String partition,
    String grain,
    List<String> key,
    boolean ranked,
    boolean steady,
    List<Column> columns) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * One column.
   *
   * @param type as Spark SQL writes it
   * @param nullable whether it may be null
   * @param meaning for readers
   * @param example a value of it
   */
  public record Column(
      @JsonProperty(required = true) String name,
      @JsonProperty(required = true) String type,
      @JsonProperty(required = true) boolean nullable,
      @JsonProperty(required = true) String meaning,
      @JsonProperty(required = true) String example) {}

  /** The contract of a table, if it has one. */
  public static Optional<Contract> of(String table) {
    try (InputStream in = Contract.class.getResourceAsStream("/contracts/" + table + ".json")) {
      return in == null ? Optional.empty() : Optional.of(read(in));
    } catch (IOException e) {
      throw new UncheckedIOException("The contract of " + table + " cannot be read", e);
    }
  }

  /** Reads a contract file. */
  public static Contract read(InputStream in) throws IOException {
    return JSON.readValue(in, Contract.class);
  }

  /** The column of this name, if the contract has it. */
  public Optional<Column> column(String name) {
    return columns.stream().filter(column -> column.name().equals(name)).findFirst();
  }

  /** The contract without the columns that are not among these. */
  Contract only(Set<String> names) {
    return new Contract(
        table,
        partition,
        grain,
        key,
        ranked,
        steady,
        columns.stream().filter(column -> names.contains(column.name())).toList());
  }

  /** The contract as the README shows it: a table in Markdown, one line per column. */
  public String markdown() {
    StringBuilder text =
        new StringBuilder("| column | type | meaning | example |\n|---|---|---|---|\n");
    for (Column column : columns) {
      text.append("| `")
          .append(column.name())
          .append("` | ")
          .append(column.type())
          .append(column.nullable() ? ", may be null" : "")
          .append(" | ")
          .append(column.meaning())
          .append(" | ")
          .append(column.example())
          .append(" |\n");
    }
    return text.toString();
  }

  /**
   * What a newer contract takes away from this one's readers; empty if it only adds. A column may
   * be added; none may go, change its type, or become null where it never was, and the key stays.
   */
  public Set<String> brokenBy(Contract newer) {
    Set<String> broken = new TreeSet<>();
    for (Column column : columns) {
      Optional<Column> kept = newer.column(column.name());
      if (kept.isEmpty()) {
        broken.add(column.name() + " is gone");
      } else if (!kept.get().type().equals(column.type())) {
        broken.add(column.name() + " was " + column.type() + ", is " + kept.get().type());
      } else if (kept.get().nullable() && !column.nullable()) {
        broken.add(column.name() + " was never null, may be now");
      }
    }
    if (!newer.key().equals(key)) {
      broken.add("the key was " + key + ", is " + newer.key());
    }
    return broken;
  }
}
