package io.nightjar;

import io.nightjar.job.EvaluateJob;
import io.nightjar.job.GenerateJob;
import io.nightjar.job.NightlyJob;
import io.nightjar.job.RankJob;
import io.nightjar.job.RecommendJob;
import io.nightjar.job.SessionizeJob;
import io.nightjar.job.TrainJob;
import io.nightjar.job.VocabularyJob;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
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
}
