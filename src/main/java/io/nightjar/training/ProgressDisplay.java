package io.nightjar.training;

import java.io.PrintStream;
import java.util.OptionalDouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows how training goes: on a terminal a bar that moves with every round, elsewhere a line in the
 * log every 30 seconds; after each epoch a line in any case.
 */
final class ProgressDisplay {
  private static final Logger LOG = LoggerFactory.getLogger(ProgressDisplay.class);
  private static final double SECONDS_BETWEEN_LINES = 30;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final int BAR_WIDTH = 24;
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final PrintStream console;
  private final boolean isTerminal;
  private final long start = System.nanoTime();
  private long newestLine = start;
  private int roundsShown;

  /**
   * @param console where the bar is drawn if this process has a terminal
   */
  @SuppressWarnings("SystemConsoleNull") // On JDK 17 it is null where there is no terminal.
  ProgressDisplay(PrintStream console) {
    this.console = console;
    this.isTerminal = System.console() != null;
  }

  /** After a round. */
  void show(RoundReport report) {
    roundsShown++;
    if (isTerminal) {
      console.print(CLEAR_LINE + bar(report) + " " + describe(report));
      console.flush();
    } else if (System.nanoTime() - newestLine > SECONDS_BETWEEN_LINES * NANOS_PER_SECOND) {
      newestLine = System.nanoTime();
      LOG.info("{}", describe(report));
    }
  }

  /** After an epoch. */
  void show(EpochReport report, OptionalDouble validation) {
    if (isTerminal) {
      console.print(CLEAR_LINE);
      console.flush();
    }
    LOG.info(
        String.format(
            "epoch %d of %d: loss %.4f, %,.0f events/s (%.1f s compute, %.1f s broadcast, %.1f s"
                + " aggregate)%s",
            report.epoch(),
            report.epochs(),
            report.loss(),
            report.eventsPerSecond(),
            report.computeSeconds(),
            report.broadcastSeconds(),
            report.aggregateSeconds(),
            validation.isPresent()
                ? String.format(", validation MRR@20 %.4f", validation.getAsDouble())
                : ""));
  }

  private static double done(RoundReport report) {
    return (report.epoch() - 1 + (double) report.round() / report.rounds()) / report.epochs();
  }

  private static String bar(RoundReport report) {
    int filled = (int) (BAR_WIDTH * done(report));
    return "[" + "#".repeat(filled) + ".".repeat(BAR_WIDTH - filled) + "]";
  }

  private String describe(RoundReport report) {
    double elapsed = (System.nanoTime() - start) / NANOS_PER_SECOND;
    double roundsLeft =
        (double) (report.epochs() - report.epoch()) * report.rounds()
            + report.rounds()
            - report.round();
    return String.format(
        "epoch %d of %d, round %d of %d: loss %.4f, %,.0f events/s, %.0f s left",
        report.epoch(),
        report.epochs(),
        report.round(),
        report.rounds(),
        report.loss(),
        report.eventsPerSecond(),
        elapsed / roundsShown * roundsLeft);
  }
}
