package io.nightjar;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.clicks.InputException;
import io.nightjar.config.ConfigLoader;
import io.nightjar.config.ConfigurationException;
import io.nightjar.config.NightjarConfig;
import io.nightjar.job.EvaluateJob;
import io.nightjar.job.ForgetUsersJob;
import io.nightjar.job.GenerateJob;
import io.nightjar.job.Job;
import io.nightjar.job.JobContext;
import io.nightjar.job.JobReport;
import io.nightjar.job.NightlyJob;
import io.nightjar.job.RankJob;
import io.nightjar.job.RecommendJob;
import io.nightjar.job.RunManifest;
import io.nightjar.job.SessionizeJob;
import io.nightjar.job.TrainJob;
import io.nightjar.job.VocabularyJob;
import io.nightjar.training.TrainingException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
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
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The command line. Every job is a subcommand with the same options. */
@Command(
    name = "nightjar",
    description = "Turns last night's clickstream logs into tomorrow's recommendations.",
    synopsisSubcommandLabel = "JOB",
    mixinStandardHelpOptions = true,
    version = "Nightjar 0.1.0",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:something else went wrong",
      "2:bad usage or configuration",
      "3:bad or missing input",
      "4:the new model lost against the gate and the previous one was kept"
    })
public final class Nightjar {
  private static final Logger LOG = LoggerFactory.getLogger(Nightjar.class);

  static final int DONE = 0;
  static final int FAILED = 1;
  static final int BAD_CONFIGURATION = 2;
  static final int BAD_INPUT = 3;
  static final int MODEL_REFUSED = 4;

  private Nightjar() {}

  /** Runs one job and exits with its code. */
  public static void main(String[] arguments) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    int code = run(arguments, Clock.systemUTC(), out);
    SparkSession.getDefaultSession().foreach(Nightjar::stop);
    System.exit(code);
  }

  private static Void stop(SparkSession spark) {
    spark.stop();
    return null;
  }

  /**
   * Runs one job on the default Spark session, making one if there is none; returns its exit code.
   */
  static int run(String[] arguments, Clock clock, PrintStream out) {
    CommandLine line = new CommandLine(new Nightjar());
    line.setParameterExceptionHandler(
        (mistake, given) -> {
          LOG.error(
              "{} See {} --help.", mistake.getMessage(), mistake.getCommandLine().getCommandName());
          return BAD_CONFIGURATION;
        });
    for (Subcommand job : subcommands(clock, out)) {
      line.addSubcommand(job.job.name(), job);
      line.getSubcommands()
          .get(job.job.name())
          .getCommandSpec()
          .usageMessage()
          .description(job.description);
    }
    line.setExecutionStrategy(
        parsed -> {
          if (!parsed.hasSubcommand()
              && !parsed.isUsageHelpRequested()
              && !parsed.isVersionHelpRequested()) {
            throw new ParameterException(
                line,
                "No job was named; expected one of "
                    + String.join(", ", line.getSubcommands().keySet())
                    + ".");
          }
          return new CommandLine.RunLast().execute(parsed);
        });
    return line.execute(arguments);
  }

  private static List<Subcommand> subcommands(Clock clock, PrintStream out) {
    return List.of(
        new Subcommand(new GenerateJob(), "Makes a demo click log.", clock, out),
        new Subcommand(
            new SessionizeJob(), "Click logs become sessions and sequences.", clock, out),
        new Subcommand(new VocabularyJob(), "Items become numbers.", clock, out),
        new Subcommand(new TrainJob(), "Sequences become a model.", clock, out),
        new Subcommand(new EvaluateJob(), "Judges the model and its baselines.", clock, out),
        new Subcommand(new RecommendJob(), "Every user gets a list of items.", clock, out),
        new Subcommand(new RankJob(), "Given candidates are put in order for users.", clock, out),
        new Subcommand(
            new NightlyJob(),
            "From sessionize to recommend, resuming where a failed run stopped.",
            clock,
            out),
        new ForgetUsers(clock, out));
  }

  /** One job with its options. */
  @Command(mixinStandardHelpOptions = true)
  private static class Subcommand implements Callable<Integer> {
    private final Job job;
    private final String description;
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

    @Option(
        names = "--restart",
        description = "Do stages again that this run has finished already.")
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
        return failed(e, BAD_CONFIGURATION);
      }
      try {
        JobContext context =
            JobContext.create(
                session(), config, day, runId == null ? day.toString() : runId, clock);
        int code = execute(force ? context.forced() : context);
        RunManifest.open(context).exit(code);
        return code;
      } catch (IOException | RuntimeException e) {
        return failed(e, FAILED);
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
        return report.isModelRefused() ? MODEL_REFUSED : DONE;
      } catch (ConfigurationException e) {
        return failed(e, BAD_CONFIGURATION);
      } catch (InputException e) {
        return failed(e, BAD_INPUT);
      } catch (IOException | RuntimeException e) {
        return failed(e, FAILED);
      }
    }

    private void print(JobContext context, JobReport report) {
      ObjectNode line =
          JobReport.empty().with("job", job.name()).with("run", context.runId()).json();
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
      boolean explainsItself = code != FAILED || failure instanceof TrainingException;
      if (verbose || !explainsItself) {
        LOG.error("{}: {}", job.name(), message, failure);
      } else {
        LOG.error("{}: {}", job.name(), message);
      }
      return code;
    }
  }

  /** forget-users has a file of users besides. */
  private static final class ForgetUsers extends Subcommand {
    @Option(
        names = "--users",
        paramLabel = "FILE",
        required = true,
        description = "The ids of the users to forget, one per line, as the logs have them.")
    private String users;

    ForgetUsers(Clock clock, PrintStream out) {
      super(new ForgetUsersJob(""), "Removes users from every table.", clock, out);
    }

    @Override
    Job job() {
      return new ForgetUsersJob(users);
    }
  }
}
