package io.nightjar.clicks;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.input_file_name;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.to_utc_timestamp;
import static org.apache.spark.sql.functions.unix_micros;
import static org.apache.spark.sql.functions.when;

import io.nightjar.config.InputConfig;
import io.nightjar.config.LogFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/** Reads a click log in any of its formats, record by record; nothing is judged here. */
public final class LogReader {
  private final SparkSession spark;
  private final InputConfig input;
  private final ParquetFiles parquetFiles;

  public LogReader(SparkSession spark, InputConfig input) {
    this.spark = spark;
    this.input = input;
    this.parquetFiles = new ParquetFiles(spark.sessionState().newHadoopConf());
  }

  /**
   * Checks that the first file with anything in it has the columns that the configuration names.
   *
   * @throws InputException if one is missing, or if no file holds a record
   */
  public void check(List<FileStatus> files) {
    if (input.format() == LogFormat.PARQUET) {
      List<FileStatus> whole = parquetFiles.whole(files);
      if (whole.isEmpty()) {
        throw new InputException(
            "The log holds no whole Parquet file: "
                + LogFiles.named(files)
                + "; expected files"
                + " that end with Parquet's footer (was writing them cut short?).");
      }
      ColumnCheck.parquet(input, whole, spark.read().parquet(paths(whole)).schema());
    } else {
      new ColumnCheck(input, spark.sessionState().newHadoopConf()).text(files);
    }
  }

  /** The clean clicks of the log, one row each, as {@link ClickRows} has them. */
  public JavaRDD<InternalRow> clicks(
      List<FileStatus> files, ClickCleaner cleaner, PartitionTallies tallies) {
    return records(files, false)
        .mapPartitions(records -> new CleanClicks(records, cleaner, tallies));
  }

  /** The log's defective records: {@code raw, reason, source_file, user_id}. */
  public Dataset<Row> quarantine(
      List<FileStatus> files, ClickCleaner cleaner, Pseudonyms pseudonyms) {
    boolean hasUser = !input.columns().user().isEmpty();
    JavaRDD<Row> rows =
        records(files, true)
            .mapPartitions(
                records -> new QuarantinedRecords(records, cleaner, pseudonyms, hasUser));
    return spark.createDataFrame(rows, QuarantinedRecords.SCHEMA);
  }

  private JavaRDD<LogRecord> records(List<FileStatus> files, boolean withSource) {
    if (input.format() != LogFormat.PARQUET) {
      return lines(files);
    }
    List<FileStatus> whole = parquetFiles.whole(files);
    List<String> broken = parquetFiles.broken(files);
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    JavaRDD<LogRecord> rows = whole.isEmpty() ? context.emptyRDD() : rows(whole, withSource);
    return broken.isEmpty()
        ? rows
        : rows.union(context.parallelize(broken, 1).map(ParquetFiles::unreadable));
  }

  private JavaRDD<LogRecord> lines(List<FileStatus> files) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    List<List<LogSplit>> tasks = LogSplit.pack(files, context.defaultParallelism());
    SerializableConfiguration hadoop =
        new SerializableConfiguration(spark.sessionState().newHadoopConf());
    InputConfig config = input;
    return context
        .parallelize(tasks, Math.max(1, tasks.size()))
        .flatMap(List::iterator)
        .flatMap(split -> new LogLines(split, config, hadoop.value()));
  }

  private JavaRDD<LogRecord> rows(List<FileStatus> files, boolean withSource) {
    Dataset<Row> log = spark.read().parquet(paths(files));
    StructType schema = log.schema();
    Column[] all =
        Arrays.stream(schema.fieldNames())
            .map(name -> col("`" + name + "`"))
            .toArray(Column[]::new);

    List<Column> columns = new ArrayList<>();
    List<String> names = input.columns().all();
    for (int i = 0; i < names.size(); i++) {
      columns.add(i == ParquetRecords.TIME ? time(log, names.get(i)) : text(log, names.get(i)));
    }
    if (withSource) {
      columns.add(to_json(struct(all)));
      columns.add(input_file_name());
    }
    Dataset<Row> selected = log.select(columns.toArray(Column[]::new));
    boolean micros =
        selected.schema().apply(ParquetRecords.TIME).dataType().equals(DataTypes.LongType);
    RecordTime time = micros ? null : new RecordTime(input.timeFormat(), input.timeZone());
    return selected
        .queryExecution()
        .toRdd()
        .toJavaRDD()
        .mapPartitions(rows -> new ParquetRecords(rows, time, withSource));
  }

  private static Column text(Dataset<Row> log, String name) {
    return name.isEmpty() ? lit(null).cast("string") : ColumnCheck.column(log, name).cast("string");
  }

  /** Timestamps and whole numbers as microseconds; everything else as text. */
  private Column time(Dataset<Row> log, String name) {
    Column column = ColumnCheck.column(log, name);
    DataType type = log.select(column).schema().apply(0).dataType();
    if (type.equals(DataTypes.TimestampType)) {
      return unix_micros(column);
    }
    if (type.equals(DataTypes.TimestampNTZType) || type.equals(DataTypes.DateType)) {
      return unix_micros(to_utc_timestamp(column.cast("timestamp"), input.timeZone()));
    }
    boolean isWhole = type.equals(DataTypes.LongType) || type.equals(DataTypes.IntegerType);
    return switch (input.timeFormat()) {
      case "epoch-seconds" -> isWhole ? micros(column, 1_000_000L) : plain(column, type);
      case "epoch-millis" -> isWhole ? micros(column, 1_000L) : plain(column, type);
      default -> column.cast("string");
    };
  }

  /** Null where the microseconds would not fit into 64 bits. */
  private static Column micros(Column units, long microsPerUnit) {
    long most = Long.MAX_VALUE / microsPerUnit;
    Column whole = units.cast("bigint");
    return when(whole.between(-most, most), whole.multiply(microsPerUnit));
  }

  private static Column plain(Column column, DataType type) {
    return type instanceof NumericType
        ? column.cast("decimal(26,6)").cast("string")
        : column.cast("string");
  }

  private static String[] paths(List<FileStatus> files) {
    return files.stream().map(file -> file.getPath().toString()).toArray(String[]::new);
  }
}
