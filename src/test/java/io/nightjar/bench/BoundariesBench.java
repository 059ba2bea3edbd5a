package io.nightjar.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightjar.clicks.ClickCleaner;
import io.nightjar.clicks.ForgottenUsers;
import io.nightjar.clicks.LogFiles;
import io.nightjar.clicks.LogReader;
import io.nightjar.clicks.PartitionTallies;
import io.nightjar.config.ConfigLoader;
import io.nightjar.config.InputConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * How well a gap finds the session boundaries that trivago's log names itself, at 30 and 60
 * minutes: {@code scripts/bench boundaries}. Every event counts, on a hotel or not.
 */
public final class BoundariesBench {
  private static final List<Integer> GAP_MINUTES = List.of(30, 60);

  private BoundariesBench() {}

  /** Takes no arguments; NIGHTJAR_DATA names the directory that holds trivago/. */
  public static void main(String[] arguments) {
    Path log = log();
    if (!Files.exists(log)) {
      System.err.println("boundaries: skipped, there is no " + log + "; set NIGHTJAR_DATA.");
      return;
    }
    try (SparkSession spark = BenchSession.create("boundaries bench")) {
      for (BoundaryComparison found : compare(spark, log)) {
        System.out.println(
            new ObjectMapper()
                .createObjectNode()
                .put("bench", "boundaries")
                .put("gap_minutes", found.gap().toMinutes())
                .put("hits", found.hits())
                .put("false_alarms", found.falseAlarms())
                .put("misses", found.misses())
                .put("precision", found.precision())
                .put("recall", found.recall()));
      }
    }
  }

  /** Where the log is, or would be. */
  static Path log() {
    String data = System.getenv().getOrDefault("NIGHTJAR_DATA", "../shared/data");
    return Path.of(data, "trivago", "events.csv.gz");
  }

  /** The comparison for each gap. */
  static List<BoundaryComparison> compare(SparkSession spark, Path log) {
    InputConfig input =
        ConfigLoader.load(
                Optional.of(Path.of("conf/examples/trivago.conf")),
                List.of(
                    "input.paths=[\"" + log + "\"]",
                    "input.columns.session=session_id",
                    "input.cleaning.bot-events-per-day=0"))
            .input();
    List<FileStatus> files =
        new LogFiles(spark.sessionState().newHadoopConf())
            .find("nightjar.input.paths", input.paths());
    ClickCleaner cleaner =
        new ClickCleaner(
            input, LocalDate.parse("2018-11-08"), Long.MIN_VALUE, ForgottenUsers.none(), null);
    JavaRDD<InternalRow> clicks =
        new LogReader(spark, input)
            .clicks(files, cleaner, PartitionTallies.register(spark.sparkContext(), "records"));
    return GAP_MINUTES.stream()
        .map(minutes -> BoundaryComparison.of(spark, clicks, Duration.ofMinutes(minutes)))
        .toList();
  }
}
