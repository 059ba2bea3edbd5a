package io.nightjar.publish;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;

/** Holds what was written against the table's contract, before any reader sees it. */
final class ContractCheck {
  private final Contract contract;

  ContractCheck(Contract contract) {
    this.contract = contract;
  }

  /**
   * Everything wrong with the written rows, one line each; empty if they keep the contract.
   *
   * @param known values that columns must be among, like the items of the vocabulary; by column,
   *     each a table that has that column
   */
  List<String> violations(Dataset<Row> written, Map<String, Dataset<Row>> known) {
    List<String> violations = new ArrayList<>(wrongColumns(written));
    if (violations.isEmpty()) {
      violations.addAll(nulls(written));
      violations.addAll(keys(written));
      known.forEach((column, values) -> violations.addAll(unknown(written, column, values)));
    }
    return violations;
  }

  private List<String> wrongColumns(Dataset<Row> written) {
    Map<String, String> types =
        Arrays.stream(written.schema().fields())
            .collect(Collectors.toMap(StructField::name, field -> field.dataType().sql()));
    return contract.columns().stream()
        .filter(column -> !column.type().equalsIgnoreCase(types.get(column.name())))
        .map(
            column ->
                "column "
                    + column.name()
                    + " is "
                    + types.getOrDefault(column.name(), "missing")
                    + ", expected "
                    + column.type())
        .toList();
  }

  private List<String> nulls(Dataset<Row> written) {
    List<String> required =
        contract.columns().stream()
            .filter(column -> !column.nullable())
            .map(Contract.Column::name)
            .toList();
    if (required.isEmpty()) {
      return List.of();
    }
    Column[] counts =
        required.stream()
            .map(name -> coalesce(sum(when(col(name).isNull(), 1).otherwise(0)), lit(0)).as(name))
            .toArray(Column[]::new);
    Row nulls = written.select(counts).head();
    return required.stream()
        .filter(name -> nulls.<Long>getAs(name) > 0)
        .map(name -> "column " + name + " is null in " + nulls.<Long>getAs(name) + " rows")
        .toList();
  }

  /** One pass over groups of the key: no duplicates, and ranks 1, 2, ... within each list. */
  private List<String> keys(Dataset<Row> written) {
    List<String> key = contract.key();
    if (key.isEmpty()) {
      return List.of();
    }
    if (!contract.ranked()) {
      return found(
          written.groupBy(columns(key)).agg(count(lit(1)).as("rows")).filter("rows > 1"),
          "rows share their key " + key);
    }
    String rank = key.get(key.size() - 1);
    // Ranks are the numbers 1 to n, each once, if and only if these three agree.
    Dataset<Row> lists =
        written
            .groupBy(columns(key.subList(0, key.size() - 1)))
            .agg(
                min(rank).as("first"),
                max(rank).as("last"),
                count(lit(1)).as("rows"),
                countDistinct(rank).as("ranks"));
    return found(
        lists.filter("first <> 1 or last <> rows or ranks <> rows"),
        "lists whose " + rank + " is not 1, 2, ... without gap or repetition");
  }

  private List<String> unknown(Dataset<Row> written, String column, Dataset<Row> values) {
    return found(
        written.select(column).distinct().join(values.select(column), column, "left_anti"),
        "values of " + column + " that are not known");
  }

  private static List<String> found(Dataset<Row> offenders, String what) {
    List<Row> examples = offenders.limit(3).collectAsList();
    return examples.isEmpty()
        ? List.of()
        : List.of(offenders.count() + " " + what + ", like " + examples);
  }

  private static Column[] columns(List<String> names) {
    return names.stream().map(functions::col).toArray(Column[]::new);
  }
}
