package io.nightjar.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.config.ConfigLoader;
import io.nightjar.config.NightjarConfig;
import io.nightjar.job.EvaluateJob;
import io.nightjar.job.Job;
import io.nightjar.job.JobContext;
import io.nightjar.job.JobReport;
import io.nightjar.job.SessionizeJob;
import io.nightjar.job.TrainJob;
import io.nightjar.job.VocabularyJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * Every model's and baseline's quality on a public data set: {@code scripts/bench quality --data
 * NAME [key=value]...}, NAME being that of a file in conf/examples. Prints one JSON object per
 * model.
 */
public final class QualityBench {
  /** After every click of every data set, so that none comes from the future. */
  private static final LocalDate DATE = LocalDate.of(2026, 1, 1);

  private static final List<Job> STAGES =
      List.of(new SessionizeJob(), new VocabularyJob(), new TrainJob(), new EvaluateJob());

  private QualityBench() {}

  /** Runs the stages up to evaluation. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 2 || !arguments[0].equals("--data")) {
      System.err.println(
          "scripts/bench quality --data NAME [key=value]...; NAME is one of conf/examples.");
      System.exit(2);
    }
    String data = arguments[1];
    Path directory = Path.of("target", "bench", "quality", data);
    SequenceLines.toClicks(data, directory);

    List<String> settings = new ArrayList<>();
    settings.add("warehouse=" + directory.resolve("warehouse"));
    settings.addAll(Arrays.asList(arguments).subList(2, arguments.length));
    NightjarConfig config =
        ConfigLoader.load(Optional.of(Path.of("conf", "examples", data + ".conf")), settings);
    try (SparkSession spark = session()) {
      JobContext context = JobContext.create(spark, config, DATE, "bench", Clock.systemUTC());
      for (Job stage : STAGES) {
        JobReport report = stage.run(context);
        if (report.json().has("models")) {
          print(data, config, report.json());
        }
      }
    }
  }

  private static void print(String data, NightjarConfig config, ObjectNode report) {
    for (JsonNode model : report.path("models")) {
      ObjectNode line = new ObjectMapper().createObjectNode();
      line.put("bench", "quality").put("data", data).put("model", model.path("name").asText());
      line.put("cases", report.path("cases").asLong());
      line.put("exclude_seen", config.evaluation().excludeSeen());
      ((ObjectNode) model).remove("name");
      line.setAll((ObjectNode) model);
      System.out.println(line);
    }
  }

  private static SparkSession session() throws IOException {
    Files.createDirectories(Path.of("target", "bench"));
    return SparkSession.builder()
        .master("local[*]")
        .appName("nightjar bench quality")
        .config("spark.ui.enabled", false)
        .config("spark.driver.host", "localhost")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", 4)
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
        .config("spark.sql.legacy.timeParserPolicy", "CORRECTED")
        .getOrCreate();
  }
}
