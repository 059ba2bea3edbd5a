package io.nightjar.clicks;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.from_csv;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.input_file_name;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;

import io.nightjar.config.InputConfig;
import io.nightjar.config.LogColumns;
import io.nightjar.config.LogFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructType;

/** Reads a click log in any of its formats into {@link RawRecords}; nothing is judged here. */
public final class LogReader {
  private static final String CORRUPT = "_corrupt";

  /** Lines of a JSON log among which every named field has to occur once. */
  private static final int SAMPLED_LINES = 1_000;

  private static final DecimalType SECONDS_WITH_MICROS = DataTypes.createDecimalType(20, 6);

  private final SparkSession spark;
  private final InputConfig input;

  public LogReader(SparkSession spark, InputConfig input) {
    this.spark = spark;
    this.input = input;
  }

  /**
   * The records of the log.
   *
   * @param setting the key that the paths come from, for messages
   * @throws InputException if a path matches nothing, the log is empty, or it lacks a column that
   *     the configuration names
   */
  public RawRecords read(String setting) {
    List<FileStatus> files =
        new LogFiles(spark.sessionState().newHadoopConf()).find(setting, input.paths());
    return input.format() == LogFormat.PARQUET ? readParquet(files) : readLines(files);
  }

  private RawRecords readLines(List<FileStatus> files) {
    Dataset<Row> lines =
        spark
            .read()
            .text(paths(files))
            .select(col("value").as("raw"), input_file_name().as("source_file"));
    if (lines.isEmpty()) {
      throw new InputException("The log is empty: no line in " + named(files) + ".");
    }
    return input.format() == LogFormat.JSON
        ? parseJson(lines, files)
        : parseDelimited(lines, files);
  }

  private RawRecords parseDelimited(Dataset<Row> lines, List<FileStatus> files) {
    // All files of a log share one header; a line equal to it is a header, not a record.
    String firstLine = spark.read().text(files.get(0).getPath().toString()).first().getString(0);
    String[] cells = split(firstLine);
    List<String> names =
        input.header()
            ? Arrays.asList(cells)
            : IntStream.range(0, cells.length).mapToObj(i -> "c" + i).toList();
    requireColumns(names, files);

    Dataset<Row> records = input.header() ? lines.filter(col("raw").notEqual(firstLine)) : lines;
    // Positions name the fields, so that no character of a header can break the schema.
    String schema =
        IntStream.range(0, names.size())
            .mapToObj(i -> "f" + i + " string")
            .collect(Collectors.joining(", ", "", ", " + CORRUPT + " string"));
    Map<String, String> options =
        Map.of(
            "sep", input.delimiter(),
            "quote", "\"",
            "escape", "\"",
            "mode", "PERMISSIVE",
            "columnNameOfCorruptRecord", CORRUPT);
    Dataset<Row> parsed = records.withColumn("parsed", from_csv(col("raw"), lit(schema), options));
    return new RawRecords(
        select(parsed, name -> col("parsed.f" + names.indexOf(name))), input.timeFormat());
  }

  private String[] split(String line) {
    Row row =
        spark
            .read()
            .option("sep", input.delimiter())
            .option("quote", "\"")
            .option("escape", "\"")
            .csv(spark.createDataset(List.of(line), Encoders.STRING()))
            .first();
    return IntStream.range(0, row.size()).mapToObj(row::getString).toArray(String[]::new);
  }

  private RawRecords parseJson(Dataset<Row> lines, List<FileStatus> files) {
    Dataset<String> sample = lines.limit(SAMPLED_LINES).select("raw").as(Encoders.STRING());
    requireColumns(Arrays.asList(spark.read().json(sample).schema().fieldNames()), files);
    String schema =
        Stream.concat(input.columns().named().stream(), Stream.of(CORRUPT))
            .map(name -> "`" + name + "` string")
            .collect(Collectors.joining(", "));
    Map<String, String> options =
        Map.of("mode", "PERMISSIVE", "columnNameOfCorruptRecord", CORRUPT);
    Dataset<Row> parsed = lines.withColumn("parsed", from_json(col("raw"), schema, options));
    return new RawRecords(select(parsed, name -> col("parsed.`" + name + "`")), input.timeFormat());
  }

  private RawRecords readParquet(List<FileStatus> files) {
    Dataset<Row> rows = spark.read().parquet(paths(files));
    StructType schema = rows.schema();
    requireColumns(Arrays.asList(schema.fieldNames()), files);
    Column[] all = Arrays.stream(schema.fieldNames()).map(LogReader::quoted).toArray(Column[]::new);
    boolean timestamps =
        schema.apply(input.columns().time()).dataType().equals(DataTypes.TimestampType);
    Dataset<Row> records =
        rows.select(
            to_json(struct(all)).as("raw"),
            input_file_name().as("source_file"),
            struct(struct(all).as("fields"), lit(null).cast("string").as(CORRUPT)).as("parsed"));
    if (records.isEmpty()) {
      throw new InputException("The log is empty: no row in " + named(files) + ".");
    }
    return new RawRecords(
        select(
            records,
            name -> {
              Column value = col("parsed.fields.`" + name + "`");
              return timestamps && name.equals(input.columns().time())
                  ? value.cast(SECONDS_WITH_MICROS)
                  : value;
            }),
        timestamps ? "epoch-seconds" : input.timeFormat());
  }

  private Dataset<Row> select(Dataset<Row> parsed, Function<String, Column> field) {
    LogColumns columns = input.columns();
    return parsed.select(
        col("raw"),
        col("source_file"),
        col("parsed." + CORRUPT).isNotNull().as("malformed"),
        text(columns.user(), field).as("user"),
        text(columns.item(), field).as("item"),
        text(columns.time(), field).as("time"),
        text(columns.event(), field).as("event"),
        text(columns.session(), field).as("session"),
        text(columns.rating(), field).as("rating"));
  }

  private static Column text(String name, Function<String, Column> field) {
    return (name.isEmpty() ? lit(null) : field.apply(name)).cast("string");
  }

  private void requireColumns(List<String> present, List<FileStatus> files) {
    for (String name : input.columns().named()) {
      if (!present.contains(name)) {
        throw new InputException(
            "nightjar.input.columns names "
                + name
                + ", but "
                + files.get(0).getPath()
                + " has the columns "
                + String.join(", ", present)
                + "; set nightjar.input.columns to these (or leave a name empty)."
                + (input.header() || input.format() == LogFormat.JSON
                    ? ""
                    : " Without a header, columns are c0, c1, ..."));
      }
    }
  }

  private static Column quoted(String name) {
    return col("`" + name + "`");
  }

  private static String[] paths(List<FileStatus> files) {
    return files.stream().map(file -> file.getPath().toString()).toArray(String[]::new);
  }

  private static String named(List<FileStatus> files) {
    return files.get(0).getPath()
        + (files.size() == 1 ? "" : " and " + (files.size() - 1) + " more");
  }
}
