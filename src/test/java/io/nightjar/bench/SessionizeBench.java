package io.nightjar.bench;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.clicks.ClickCleaner;
import io.nightjar.clicks.ForgottenUsers;
import io.nightjar.clicks.LogFiles;
import io.nightjar.clicks.LogReader;
import io.nightjar.clicks.PartitionTallies;
import io.nightjar.config.ConfigLoader;
import io.nightjar.config.NightjarConfig;
import io.nightjar.sessions.Sessionizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Sessions from Parquet to Parquet: Nightjar's reading, judging, sessionizing and writing, beside
 * the same gap rule as a window query in plain Spark and in DuckDB. Each is run once to warm up and
 * then {@code --runs} times in turn; the median counts. The log has sessions of five events in the
 * mean, four or five to a user.
 */
public final class SessionizeBench {
  private static final int CORES = BenchSession.CORES;
  private static final long MEAN_EVENTS_PER_USER = 23;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The rule in SQL; {@code list} collects in order. */
  private static final String WINDOW_QUERY =
      """
      SELECT user_id, session, min(time) AS start, max(time) AS "end", %s
      FROM (
        SELECT *, sum(starts) OVER (PARTITION BY user_id ORDER BY time, item_id) AS session
        FROM (
          SELECT *, CASE WHEN time - lag(time) OVER (PARTITION BY user_id ORDER BY time, item_id)
              > INTERVAL 30 MINUTES THEN 1 ELSE 0 END AS starts
          FROM %s))
      GROUP BY user_id, session
      HAVING count(*) >= 2
      """;

  private final SparkSession spark;
  private final Path log;
  private final Path out;

  private SessionizeBench(SparkSession spark, Path directory, long events) {
    this.spark = spark;
    this.log = directory.resolve("log-" + events);
    this.out = directory.resolve("out");
  }

  /**
   * @param arguments {@code [--events N] [--runs N] [--directory DIR]}, and {@code --others false}
   *     to leave out plain Spark and DuckDB, which runs out of 4 GB at thirty million events
   */
  public static void main(String[] arguments) throws IOException, SQLException {
    List<String> options = Arrays.asList(arguments);
    long events = Long.parseLong(option(options, "--events", "9000000"));
    int runs = Integer.parseInt(option(options, "--runs", "3"));
    boolean others = Boolean.parseBoolean(option(options, "--others", "true"));
    Path directory = Path.of(option(options, "--directory", "target/bench-sessionize"));
    Files.createDirectories(directory);
    try (SparkSession spark = BenchSession.create("sessionize bench")) {
      new SessionizeBench(spark, directory, events).measure(events, runs, others);
    }
  }

  private void measure(long events, int runs, boolean others) throws IOException, SQLException {
    generate(events);
    double[] ours = new double[runs + 1];
    double[] sparkSql = new double[runs + 1];
    double[] duckdb = new double[runs + 1];
    for (int run = 0; run <= runs; run++) {
      ours[run] = seconds(this::nightjar);
      if (others) {
        sparkSql[run] = seconds(this::sparkSql);
        duckdb[run] = seconds(this::duckdb);
      }
    }
    long sessions = count("nightjar");
    if (others) {
      requireEqual(sessions, count("spark-sql"));
      requireEqual(sessions, count("duckdb"));
    }

    ObjectNode result = JSON.createObjectNode();
    result.put("bench", "sessionize").put("events", events).put("sessions", sessions);
    result.put("cores", CORES).put("heap_mb", Runtime.getRuntime().maxMemory() >> 20);
    result.put("events_per_s", Math.round(events / median(ours)));
    result.set("seconds", JSON.valueToTree(measured(ours)));
    if (others) {
      result.put("duckdb_events_per_s", Math.round(events / median(duckdb)));
      result.put("spark_sql_events_per_s", Math.round(events / median(sparkSql)));
      result.put("times_duckdb", median(duckdb) / median(ours));
      result.put("times_spark_sql", median(sparkSql) / median(ours));
      result.set("duckdb_seconds", JSON.valueToTree(measured(duckdb)));
      result.set("spark_sql_seconds", JSON.valueToTree(measured(sparkSql)));
    }
    System.out.println(result);
  }

  /** Users' clicks in the order of time, as a log has them, with pauses of three kinds. */
  private void generate(long events) {
    if (Files.exists(log.resolve("_SUCCESS"))) {
      return;
    }
    long users = Math.max(1, events / MEAN_EVENTS_PER_USER);
    spark
        .range(events)
        .selectExpr(
            "concat('u', pmod(xxhash64(id, 1), " + users + ")) AS user_id",
            "concat('i', int(pow(pmod(xxhash64(id, 2), 1000000) / 1e6, 3) * 50000)) AS item_id",
            "pmod(xxhash64(id, 3), 5) AS visit",
            "pmod(xxhash64(id, 4), 1500) AS second",
            "id")
        .selectExpr(
            "user_id",
            "item_id",
            "timestamp_seconds(1790000000 + pmod(xxhash64(user_id, visit), 600000) + second) AS time")
        .repartition(CORES * 4)
        .sortWithinPartitions(col("time"))
        .write()
        .mode("overwrite")
        .parquet(log.toString());
  }

  private void nightjar() {
    NightjarConfig config =
        ConfigLoader.load(
            Optional.empty(),
            List.of(
                "input.format=parquet",
                "input.paths=[\"" + log + "\"]",
                "input.columns.time=time",
                "sessions.max-length=1000000",
                "input.cleaning.duplicates=false"));
    List<FileStatus> files =
        new LogFiles(spark.sessionState().newHadoopConf())
            .find("nightjar.input.paths", config.input().paths());
    ClickCleaner cleaner =
        new ClickCleaner(
            config.input(),
            LocalDate.parse("2026-12-31"),
            Long.MIN_VALUE,
            ForgottenUsers.none(),
            null);
    Dataset<Row> sessions =
        new Sessionizer(config.sessions(), config.input().cleaning())
            .sessionize(
                spark,
                new LogReader(spark, config.input())
                    .clicks(
                        files,
                        cleaner,
                        PartitionTallies.register(spark.sparkContext(), "records read")),
                Long.MAX_VALUE,
                PartitionTallies.register(spark.sparkContext(), "clicks sessionized"));
    Sessionizer.table(sessions)
        .write()
        .options(Sessionizer.writeOptions())
        .mode("overwrite")
        .parquet(out("nightjar"));
  }

  private void sparkSql() {
    String lists =
        "array_sort(collect_list(struct(time, item_id))).item_id AS items,"
            + " array_sort(collect_list(time)) AS times";
    spark.read().parquet(log.toString()).createOrReplaceTempView("log");
    spark
        .sql(String.format(WINDOW_QUERY, lists, "log").replace('"', '`'))
        .write()
        .mode("overwrite")
        .parquet(out("spark-sql"));
  }

  private void duckdb() throws SQLException, IOException {
    Path file = out.resolve("duckdb");
    Files.createDirectories(file);
    String lists =
        "list(item_id ORDER BY time, item_id) AS items, list(time ORDER BY time) AS times";
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("SET threads = " + CORES);
      statement.execute("SET memory_limit = '4GB'");
      statement.execute("SET temp_directory = '" + out.resolve("duckdb-temp") + "'");
      statement.execute(
          "COPY ("
              + String.format(WINDOW_QUERY, lists, "read_parquet('" + log + "/*.parquet')")
              + ") TO '"
              + file.resolve("sessions.parquet")
              + "' (FORMAT parquet)");
    }
  }

  private String out(String name) {
    return out.resolve(name).toString();
  }

  private long count(String name) {
    return spark.read().parquet(out(name)).count();
  }

  private static void requireEqual(long expected, long sessions) {
    if (expected != sessions) {
      throw new IllegalStateException(
          "The three do not agree: " + expected + " sessions and " + sessions + ".");
    }
  }

  private interface Work {
    void run() throws IOException, SQLException;
  }

  private static double seconds(Work work) throws IOException, SQLException {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  private static double[] measured(double[] seconds) {
    return seconds.length == 1 ? seconds : Arrays.copyOfRange(seconds, 1, seconds.length);
  }

  private static double median(double[] seconds) {
    double[] sorted = measured(seconds).clone();
    Arrays.sort(sorted);
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }

  private static String option(List<String> options, String name, String otherwise) {
    int at = options.indexOf(name);
    return at < 0 || at + 1 >= options.size() ? otherwise : options.get(at + 1);
  }
}
