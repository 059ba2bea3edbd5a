package io.nightjar.training;

import java.io.Serializable;

/**
 * When workers share what they learned, and how it is taken over.
 *
 * @param frequency mini-batches that each worker trains between two averagings in the first epoch,
 *     at most; at least 1
 * @param growth factor on the frequency from one epoch to the next, at least 1: often at first,
 *     rarer later
 * @param blockMomentum how much of the last averaged step is taken again, Nesterov style, with very
 *     many workers (BMUF: Chen and Huo 2016), in [0, 1); fewer take less of it, and one none; 0 is
 *     plain averaging
 */
public record AveragingSettings(int frequency, double growth, double blockMomentum)
    implements Serializable {

  public AveragingSettings {
    if (frequency < 1) {
      throw new IllegalArgumentException(
          "averaging frequency is " + frequency + " mini-batches; it must be at least 1");
    }
    if (!(growth >= 1)) {
      throw new IllegalArgumentException(
          "growth of the averaging frequency is " + growth + "; it must be at least 1");
    }
    if (!(blockMomentum >= 0 && blockMomentum < 1)) {
      throw new IllegalArgumentException(
          "block momentum is " + blockMomentum + "; it must be in 0 <= m < 1");
    }
  }

  /** Mini-batches per worker and round in an epoch that counts from 0. */
  public int frequencyIn(int epoch) {
    double grown = frequency * Math.pow(growth, epoch);
    return grown > Integer.MAX_VALUE ? Integer.MAX_VALUE : (int) grown;
  }

  /**
   * The momentum that fits a number of workers: averaging damps what n workers learned up to n
   * times, and BMUF's rule, momentum 1 - 1 / n, gives that back.
   */
  public double momentumFor(int workers) {
    return blockMomentum * (1 - 1.0 / workers);
  }
}
