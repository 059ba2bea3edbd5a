package io.nightjar.publish;

import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightjar.LocalSpark;
import io.nightjar.clicks.InputException;
import io.nightjar.config.PublishConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TablePublisherTest {
  private static final int REPLACEMENTS = 4;
  private static final int RAPID_REPLACEMENTS = 300;

  /** As many as Spark gives a task. */
  private static final int QUERY_ATTEMPTS = 4;

  private static final int RAPID_MILLIS = 20;

  @TempDir private Path directory;
  private Warehouse warehouse;
  private TablePublisher publisher;

  @BeforeEach
  void open() throws IOException {
    warehouse = Lists.warehouse(directory.toString());
    publisher = Lists.publisher(warehouse);
  }

  @Test
  void readersOfADateThatIsReplacedSeeOneVersionWhole() throws Exception {
    publish(Lists.of(50, "even"), Lists.DATE);
    try (WatchingReader spark = new WatchingReader(() -> lookWithSpark(table()));
        WatchingReader duck = new WatchingReader(() -> sentAgain(() -> lookWithDuckDb(table())))) {
      for (int i = 0; i < REPLACEMENTS; i++) {
        publish(i % 2 == 0 ? Lists.of(60, "odd") : Lists.of(50, "even"), Lists.DATE);
        spark.awaitLooks(1);
      }
      Set<String> whole = Set.of("[even] 200", "[odd] 240");
      spark.sawOnly(whole);
      duck.sawOnly(whole);
    }
  }

  @Test
  void readersOfANewDateSeeItWholeOrNotYet() throws Exception {
    publish(Lists.of(50, "even"), "2026-11-01");
    try (WatchingReader spark = new WatchingReader(() -> lookWithSpark(table()))) {
      Set<String> whole = new HashSet<>(Set.of("[even] 200"));
      for (int day = 2; day < 8; day++) {
        publish(Lists.of(50, "even"), "2026-11-0" + day);
        whole.add("[even] " + 200 * day);
        spark.awaitLooks(1);
      }
      spark.sawOnly(whole);
    }
  }

  @Test
  void readersThatListedBeforeAReplacementReadAfterIt() throws Exception {
    publish(Lists.of(60, "odd"), Lists.DATE);
    Path odd = Files.copy(dataFile(), directory.resolve("odd"));
    publish(Lists.of(50, "even"), Lists.DATE);
    Path even = Files.copy(dataFile(), directory.resolve("even"));
    try (WatchingReader spark = new WatchingReader(() -> lookWithSpark(table()))) {
      for (int i = 0; i < RAPID_REPLACEMENTS; i++) {
        Path next = Files.copy(i % 2 == 0 ? odd : even, directory.resolve("next"));
        Files.move(next, dataFile(), StandardCopyOption.ATOMIC_MOVE);
        Thread.sleep(RAPID_MILLIS);
      }
      spark.awaitLooks(1);
      spark.sawOnly(Set.of("[even] 200", "[odd] 240"));
    }
  }

  @Test
  void aReplacedFileKeepsItsLengthAndItsDataStartsElsewhere() throws IOException {
    publish(Lists.of(50, "even"), Lists.DATE);
    byte[] old = Files.readAllBytes(dataFile());
    publish(Lists.of(60, "odd"), Lists.DATE);
    byte[] replaced = Files.readAllBytes(dataFile());
    assertThat(replaced).hasSameSizeAs(old);
    assertThat(firstNonZero(replaced)).isEqualTo(firstNonZero(old) + 16);
  }

  @Test
  void rerunOfTheSameDateGivesTheSameRows() throws IOException {
    publish(Lists.of(50, "even"), Lists.DATE);
    List<Row> first = LocalSpark.session().read().parquet(table()).collectAsList();
    publish(Lists.of(50, "even").repartition(5), Lists.DATE);
    assertThat(LocalSpark.session().read().parquet(table()).collectAsList()).isEqualTo(first);
  }

  @Test
  void rowsOfManyTasksAreOneFileWithARowGroupEach() throws IOException {
    TablePublisher small = Lists.publisher(warehouse, settings(70, 0.5, 0, 600));
    small.publish(Lists.of(50, "even"), Lists.TABLE, "dt", Lists.DATE);
    Dataset<Row> read = LocalSpark.session().read().parquet(table());
    assertThat(read.inputFiles()).hasSize(1);
    assertThat(read.count()).isEqualTo(200);
    assertThat(read.collectAsList().stream().map(row -> row.getString(0))).isSorted().isNotEmpty();
  }

  @Test
  void rowsThatBreakTheContractAreNotPublished() throws IOException {
    publish(Lists.of(5, "good"), Lists.DATE);
    assertRefused(Lists.of(5, "bad").drop("score"), "column score is missing, expected FLOAT");
    assertRefused(
        Lists.of(5, "bad").withColumn("rank", expr("rank + 1")),
        "5 lists whose rank is not 1, 2, ...");
    assertRefused(
        Lists.of(5, "bad").union(Lists.of(1, "bad")), "1 lists whose rank is not 1, 2, ...");
    assertRefused(
        Lists.of(5, "bad")
            .selectExpr(
                "user_id",
                "rank",
                "nullif(item_id, 'i3') as item_id",
                "score",
                "reason",
                "model_version",
                "generated_at",
                "settings"),
        "column item_id is null in 3 rows");
    Dataset<Row> known = LocalSpark.session().sql("select 'i1' as item_id");
    assertThatThrownBy(
            () ->
                publisher.publish(
                    Lists.of(5, "bad"), Lists.TABLE, "dt", Lists.DATE, Map.of("item_id", known)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("7 values of item_id that are not known");
    assertThat(lookWithSpark(table())).isEqualTo("[good] 20");
    assertNothingIsLeftOver();
  }

  @Test
  void aPartitionFromBeforeAColumnCameIntoTheContractMayLoseRowsButNoNewOneMayLackTheColumn()
      throws IOException {
    publish(Lists.of(5, "old"), Lists.DATE);
    String older = directory.resolve("older").toString();
    Lists.of(5, "old").drop("settings").coalesce(1).write().parquet(older);
    Path file;
    try (Stream<Path> files = Files.list(Path.of(older))) {
      file = files.filter(path -> path.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
    Files.move(file, dataFile(), StandardCopyOption.REPLACE_EXISTING);

    publish(Lists.of(4, "old").drop("settings"), Lists.DATE);
    assertThat(lookWithSpark(table())).isEqualTo("[old] 16");
    assertThatThrownBy(() -> publish(Lists.of(5, "new").drop("settings"), "2026-11-21"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("column settings is missing");
  }

  @Test
  void aDateOfFarFewerOrMoreRowsThanTheOneBeforeIsNotPublished() throws IOException {
    publish(Lists.of(100, "good"), "2026-11-19");
    assertRefused(Lists.of(49, "bad"), "it has 196 rows, dt=2026-11-19 has 400");
    assertRefused(Lists.of(201, "bad"), "it has 804 rows, dt=2026-11-19 has 400");
    publish(Lists.of(50, "good"), Lists.DATE);
    publish(Lists.of(200, "good"), Lists.DATE);
    assertThat(warehouse.partitions(Lists.TABLE, "dt")).containsExactly("2026-11-19", Lists.DATE);
  }

  @Test
  void ofTwoRunsOnOneDateOneWins() throws Exception {
    try (Lease other =
        new Leases(warehouse, Duration.ofMillis(600)).acquire(lease(), "run other")) {
      assertThatThrownBy(() -> publish(Lists.of(5, "second"), Lists.DATE))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("Another run is writing recommendations-dt=2026-11-20 (run other");
      other.check();
    }
    publish(Lists.of(5, "third"), Lists.DATE);
    assertThat(lookWithSpark(table())).isEqualTo("[third] 20");
  }

  @Test
  void aKilledRunIsTakenOverAndMayNotPublishAnyMore() throws Exception {
    Path held = directory.resolve("_leases").resolve(lease());
    Files.createDirectories(held);
    Files.writeString(held.resolve("7"), "run that was killed");
    publish(Lists.of(5, "next"), Lists.DATE);
    assertThat(held).isEmptyDirectory();

    Lease paused = new Leases(warehouse, Duration.ofMillis(600)).acquire(lease(), "run paused");
    Files.delete(held.resolve("1"));
    assertThatThrownBy(paused::check)
        .isInstanceOf(InputException.class)
        .hasMessageContaining("taken for dead");
    paused.close();
  }

  @Test
  void filesOfOthersInAPartitionStopThePublication() throws IOException {
    publish(Lists.of(5, "good"), Lists.DATE);
    Files.writeString(dataFile().resolveSibling("other.parquet"), "not ours");
    assertRefused(Lists.of(5, "bad"), "other.parquet, which Nightjar did not write");
  }

  @Test
  void oldDatesGoButNeverTheNewest() throws IOException {
    TablePublisher keepingTwoDays = Lists.publisher(warehouse, settings(1000, 0, 2, 600));
    for (String date : List.of("2026-11-10", "2026-11-18", "2026-11-20")) {
      keepingTwoDays.publish(Lists.of(5, "good"), Lists.TABLE, "dt", date);
    }
    assertThat(warehouse.partitions(Lists.TABLE, "dt")).containsExactly("2026-11-18", "2026-11-20");
    keepingTwoDays.publish(Lists.of(5, "good"), Lists.TABLE, "dt", "2026-11-05");
    assertThat(warehouse.partitions(Lists.TABLE, "dt")).contains("2026-11-20");
    assertNothingIsLeftOver();
  }

  @Test
  void leftoversOfKilledRunsAreSweptByTheNextPublication() throws IOException {
    Path leftover = directory.resolve("_staging/_tables/sessions-dt=2026-11-01/parts");
    Files.createDirectories(leftover);
    publish(Lists.of(5, "good"), Lists.DATE);
    assertThat(leftover).doesNotExist();
    assertNothingIsLeftOver();
  }

  @Test
  void hiveStyleDiscoveryTypesTheDate() throws IOException {
    publish(Lists.of(5, "good"), Lists.DATE);
    assertThat(LocalSpark.session().read().parquet(table()).schema().apply("dt").dataType().sql())
        .isEqualTo("DATE");
  }

  private static int firstNonZero(byte[] file) {
    int at = "PAR1".length();
    while (file[at] == 0) {
      at++;
    }
    return at;
  }

  private void publish(Dataset<Row> rows, String date) throws IOException {
    publisher.publish(rows, Lists.TABLE, "dt", date);
  }

  private void assertRefused(Dataset<Row> rows, String because) {
    assertThatThrownBy(() -> publish(rows, Lists.DATE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(because);
  }

  private void assertNothingIsLeftOver() throws IOException {
    for (String place : List.of("_staging/_tables", "_leases/" + lease())) {
      try (Stream<Path> left = Files.list(directory.resolve(place))) {
        assertThat(left.filter(path -> !Files.isDirectory(path) || hasEntries(path))).isEmpty();
      }
    }
  }

  private static boolean hasEntries(Path path) {
    return path.toFile().list().length > 0;
  }

  private String table() {
    return directory.resolve(Lists.TABLE).toString();
  }

  private Path dataFile() {
    return directory.resolve(Lists.TABLE).resolve("dt=" + Lists.DATE).resolve(DataFile.NAME);
  }

  private static String lease() {
    return Lists.TABLE + "-dt=" + Lists.DATE;
  }

  private static PublishConfig settings(long rowGroup, double least, int days, long millis) {
    return new PublishConfig(rowGroup, least, 2, Duration.ofMillis(millis), days, "", List.of());
  }

  static String lookWithSpark(String table) {
    Row seen =
        LocalSpark.session()
            .read()
            .parquet(table)
            .selectExpr("sort_array(collect_set(model_version))", "count(*)", "count(item_id)")
            .head();
    assertThat(seen.getLong(1)).isEqualTo(seen.getLong(2));
    return new ArrayList<>(seen.getList(0)) + " " + seen.getLong(1);
  }

  /**
   * A query that is caught between a file's footer and its data fails, and is sent again, as Spark
   * does with its tasks.
   */
  private static String sentAgain(Callable<String> query) throws Exception {
    for (int attempt = 1; ; attempt++) {
      try {
        return query.call();
      } catch (SQLException e) {
        if (attempt == QUERY_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static String lookWithDuckDb(String table) throws SQLException {
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement();
        ResultSet seen =
            statement.executeQuery(
                "select string_agg(distinct model_version order by model_version), count(*) from"
                    + " read_parquet('"
                    + table
                    + "/*/*.parquet', hive_partitioning = true)")) {
      seen.next();
      return "[" + seen.getString(1) + "] " + seen.getLong(2);
    }
  }
}
