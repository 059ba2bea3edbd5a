package io.nightjar;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.clicks.InputException;
import io.nightjar.config.ConfigLoader;
import io.nightjar.config.ConfigurationException;
import io.nightjar.config.NightjarConfig;
import io.nightjar.job.Job;
import io.nightjar.job.JobContext;
import io.nightjar.job.JobReport;
import io.nightjar.job.RunManifest;
import io.nightjar.training.TrainingException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** One job with its options. */
@Command(mixinStandardHelpOptions = true)
class Subcommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(Nightjar.class);

  final Job job;
  final String description;
  private final Clock clock;
  private final PrintStream out;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Settings in HOCON; see conf/examples.")
  private Path configFile;

  @Option(
      names = "--date",
      paramLabel = "YYYY-MM-DD",
      description = "The day (UTC) whose clicks the run is for. Default: yesterday.")
  private String date;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Overrides one setting; may be repeated.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--run-id",
      paramLabel = "ID",
      description = "Names the run and what it makes. Default: the date.")
  private String runId;

  @Option(names = "--restart", description = "Do stages again that this run has finished already.")
  private boolean restart;

  @Option(
      names = "--force",
      description = "Use the new model even if it loses against the gate; this is recorded.")
  private boolean force;

  @Option(names = "--json", description = "Print one JSON object about the job, last.")
  private boolean json;

  @Option(names = "--verbose", description = "Print stack traces.")
  private boolean verbose;

  Subcommand(Job job, String description, Clock clock, PrintStream out) {
    this.job = job;
    this.description = description;
    this.clock = clock;
    this.out = out;
  }

  /** The job, once the options are known. */
  Job job() {
    return job;
  }

  @Override
  public Integer call() {
    NightjarConfig config;
    LocalDate day;
    try {
      config = ConfigLoader.load(Optional.ofNullable(configFile), overrides);
      day = day();
      checkRunId();
    } catch (ConfigurationException e) {
      return failed(e, Nightjar.BAD_CONFIGURATION);
    }
    try {
      JobContext context =
          JobContext.create(session(), config, day, runId == null ? day.toString() : runId, clock);
      int code = execute(force ? context.forced() : context);
      RunManifest.open(context).exit(code);
      return code;
    } catch (IOException | RuntimeException e) {
      return failed(e, Nightjar.FAILED);
    }
  }

  private int execute(JobContext context) {
    try {
      if (restart) {
        RunManifest.open(context).restart();
      }
      JobReport report = job().run(context);
      context.warehouse().clearStaging(context.runId());
      print(context, report);
      return report.isModelRefused() ? Nightjar.MODEL_REFUSED : Nightjar.DONE;
    } catch (ConfigurationException e) {
      return failed(e, Nightjar.BAD_CONFIGURATION);
    } catch (InputException e) {
      return failed(e, Nightjar.BAD_INPUT);
    } catch (IOException | RuntimeException e) {
      return failed(e, Nightjar.FAILED);
    }
  }

  private void print(JobContext context, JobReport report) {
    ObjectNode line = JobReport.empty().with("job", job.name()).with("run", context.runId()).json();
    line.put("date", context.dt());
    line.setAll(report.json());
    if (json) {
      out.println(line);
    } else {
      new ReportPrinter(out).print(line);
    }
  }

  private LocalDate day() {
    if (date == null) {
      return LocalDate.now(clock.withZone(ZoneOffset.UTC)).minusDays(1);
    }
    try {
      return LocalDate.parse(date);
    } catch (DateTimeParseException e) {
      throw new ConfigurationException(
          "--date is " + date + "; expected a day of the calendar as YYYY-MM-DD.", e);
    }
  }

  private void checkRunId() {
    if (runId != null && !runId.matches("[A-Za-z0-9._-]+")) {
      throw new ConfigurationException(
          "--run-id is "
              + runId
              + "; expected letters, digits, dots, hyphens and underscores,"
              + " since it names directories.");
    }
  }

  private SparkSession session() {
    return SparkSession.builder()
        .appName("nightjar " + job.name())
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
        .config("spark.sql.legacy.timeParserPolicy", "CORRECTED")
        .getOrCreate();
  }

  private int failed(Exception failure, int code) {
    String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    boolean explainsItself = code != Nightjar.FAILED || failure instanceof TrainingException;
    if (verbose || !explainsItself) {
      LOG.error("{}: {}", job.name(), message, failure);
    } else {
      LOG.error("{}: {}", job.name(), message);
    }
    return code;
  }
}
