package io.nightjar.training;

import java.util.List;

/**
 * How an epoch went.
 *
 * @param epoch from 1
 * @param epochs of the whole training
 * @param loss mean over the positions trained on, in nats
 * @param events positions trained on
 * @param broadcastSeconds to hand out the parameters, all rounds together
 * @param computeSeconds of the workers
 * @param aggregateSeconds to collect and average
 */
public record EpochReport(
    int epoch,
    int epochs,
    double loss,
    long events,
    double broadcastSeconds,
    double computeSeconds,
    double aggregateSeconds) {

  /**
   * Sums up the rounds of an epoch; those before a checkpoint that training resumed from are
   * missing.
   */
  static EpochReport of(int epoch, int epochs, List<RoundReport> rounds) {
    long events = rounds.stream().mapToLong(RoundReport::events).sum();
    double losses = rounds.stream().mapToDouble(r -> r.loss() * r.events()).sum();
    return new EpochReport(
        epoch,
        epochs,
        events == 0 ? 0 : losses / events,
        events,
        rounds.stream().mapToDouble(RoundReport::broadcastSeconds).sum(),
        rounds.stream().mapToDouble(RoundReport::computeSeconds).sum(),
        rounds.stream().mapToDouble(RoundReport::aggregateSeconds).sum());
  }

  /** Seconds of training in the epoch. */
  public double seconds() {
    return broadcastSeconds + computeSeconds + aggregateSeconds;
  }

  /** Positions per second. */
  public double eventsPerSecond() {
    return events / seconds();
  }
}
