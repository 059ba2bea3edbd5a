package io.nightjar.recommend;

import java.io.Serializable;
import java.time.LocalDate;

/**
 * Makes a top-K of scores a sample without replacement: {@code score / temperature + g} with g from
 * Gumbel's distribution, independent for every item, draws items in proportion to the softmax
 * (Kool, van Hoof and Welling 2019). The noise is a function of seed, date, user and item, so that
 * it is the same in every run.
 */
final class GumbelNoise implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final double UNIT = 0x1.0p-53;
  private static final int UNUSED_BITS = 11;

  private final float inverseTemperature;
  private final long start;

  /**
   * @param temperature above 0; the higher, the less the scores count
   */
  GumbelNoise(double temperature, long seed, LocalDate date) {
    this.inverseTemperature = (float) (1 / temperature);
    this.start = mix(seed + GOLDEN_GAMMA * date.toEpochDay());
  }

  /** Turns a row of scores into perturbed scores. */
  void perturb(String user, float[] scores, int at, int width, int firstItem) {
    long ofUser = mix(start ^ hash(user));
    for (int i = 0; i < width; i++) {
      long bits = mix(ofUser + GOLDEN_GAMMA * (firstItem + i)) >>> UNUSED_BITS;
      double uniform = (bits + 0.5) * UNIT;
      scores[at + i] = (float) (scores[at + i] * inverseTemperature - Math.log(-Math.log(uniform)));
    }
  }

  /** 64 bits of a text, by FNV-1a. */
  private static long hash(String text) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }

  /** The finalizer of SplitMix64. */
  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
