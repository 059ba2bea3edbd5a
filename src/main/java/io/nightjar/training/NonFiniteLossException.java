package io.nightjar.training;

/** Training ran away: a loss or a weight is not a number any more, or the loss exploded. */
public final class NonFiniteLossException extends TrainingException {

  private static final long serialVersionUID = 1L;

  private final int epoch;
  private final int round;
  private final double learningRate;

  /**
   * @param epoch from 1
   * @param round from 1
   * @param lastCheckpoint path of the last good checkpoint, or null if there is none
   */
  public NonFiniteLossException(
      int epoch, int round, double loss, double learningRate, String lastCheckpoint) {
    super(
        ("Training diverged in epoch %d, round %d: the loss is %s at a learning rate of %s."
                + " Lower training.learning-rate or set training.clip-norm. %s")
            .formatted(
                epoch,
                round,
                loss,
                learningRate,
                lastCheckpoint == null
                    ? "There is no checkpoint yet."
                    : "The last good checkpoint is " + lastCheckpoint + "."));
    this.epoch = epoch;
    this.round = round;
    this.learningRate = learningRate;
  }

  /** From 1. */
  public int epoch() {
    return epoch;
  }

  /** From 1. */
  public int round() {
    return round;
  }

  /** At the start of the round. */
  public double learningRate() {
    return learningRate;
  }
}
