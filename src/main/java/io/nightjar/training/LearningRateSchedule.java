package io.nightjar.training;

import java.io.Serializable;

/**
 * The learning rate over the course of a training: rises linearly from 0 during the warm-up, then
 * falls linearly to a share of its peak.
 *
 * @param peak the highest rate, above 0
 * @param warmUp share of the whole training that warms up, in [0, 1)
 * @param finalShare the rate at the very end as a share of the peak, in [0, 1]; 1 keeps it constant
 */
public record LearningRateSchedule(double peak, double warmUp, double finalShare)
    implements Serializable {

  public LearningRateSchedule {
    if (!(peak > 0)) {
      throw new IllegalArgumentException("learning rate is " + peak + "; it must be above 0");
    }
    if (!(warmUp >= 0 && warmUp < 1)) {
      throw new IllegalArgumentException(
          "warm-up is " + warmUp + "; it is a share of the training, in 0 <= w < 1");
    }
    if (!(finalShare >= 0 && finalShare <= 1)) {
      throw new IllegalArgumentException(
          "final share of the learning rate is " + finalShare + "; it must be in 0..1");
    }
  }

  /** The same rate from the first mini-batch to the last. */
  public static LearningRateSchedule constant(double rate) {
    return new LearningRateSchedule(rate, 0, 1);
  }

  /**
   * The rate of one mini-batch.
   *
   * @param progress share of the training that lies behind, in [0, 1)
   */
  public float at(double progress) {
    if (progress < warmUp) {
      return (float) (peak * Math.max(progress, Math.ulp(1f)) / warmUp);
    }
    double fallen = (progress - warmUp) / (1 - warmUp);
    return (float) (peak * (1 - (1 - finalShare) * fallen));
  }
}
