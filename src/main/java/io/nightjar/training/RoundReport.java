package io.nightjar.training;

/**
 * How a round went.
 *
 * @param epoch from 1
 * @param epochs of the whole training
 * @param round in its epoch, from 1
 * @param rounds in the epoch
 * @param loss mean over the positions trained on, in nats
 * @param events positions trained on
 * @param learningRate at the start of the round
 * @param broadcastSeconds to hand out the parameters
 * @param computeSeconds until the last worker was done
 * @param aggregateSeconds to collect and average
 */
public record RoundReport(
    int epoch,
    int epochs,
    int round,
    int rounds,
    double loss,
    long events,
    double learningRate,
    double broadcastSeconds,
    double computeSeconds,
    double aggregateSeconds) {

  /** Positions per second of the whole round. */
  public double eventsPerSecond() {
    return events / seconds();
  }

  /** Seconds of the whole round. */
  public double seconds() {
    return broadcastSeconds + computeSeconds + aggregateSeconds;
  }

  /** Share of the training that lies behind, in 0..1. */
  public double progress() {
    return (epoch - 1 + (double) round / rounds) / epochs;
  }
}
