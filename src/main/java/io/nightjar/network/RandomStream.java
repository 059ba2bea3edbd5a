package io.nightjar.network;

/**
 * A stream of random numbers (SplitMix64: Steele, Lea and Flood 2014) that is set anew for every
 * mini-batch, so that a retried task draws what the lost one drew.
 */
final class RandomStream {

  private static final long GAMMA = 0x9E3779B97F4A7C15L;
  private static final double DOUBLE_UNIT = 0x1.0p-53;

  private long state;

  /** Starts the stream that belongs to a seed and the place of a mini-batch in the training. */
  void start(long seed, long batch) {
    state = mix(mix(seed) + GAMMA * (batch + 1));
  }

  /** 64 random bits. */
  long nextLong() {
    state += GAMMA;
    return mix(state);
  }

  /**
   * Uniform in 0 .. bound - 1, by multiplication of the upper 32 bits: the bias is below bound /
   * 2^32.
   */
  int nextInt(int bound) {
    return (int) (((nextLong() >>> 32) * bound) >>> 32);
  }

  /** Uniform in [0, 1). */
  double nextDouble() {
    return (nextLong() >>> 11) * DOUBLE_UNIT;
  }

  /**
   * Fills a dropout mask: 0 with the given probability, else 1 / (1 - probability), so that the
   * expected value of what it multiplies stays the same.
   */
  void fillDropoutMask(float[] mask, int count, double dropProbability) {
    int dropBelow = (int) Math.round(dropProbability * (1 << 16));
    float[] kept = {(float) (1 / (1 - dropProbability)), 0f};
    int i = 0;
    for (; i + 4 <= count; i += 4) {
      long bits = nextLong();
      mask[i] = kept[((int) (bits & 0xFFFF) - dropBelow) >>> 31];
      mask[i + 1] = kept[((int) (bits >>> 16 & 0xFFFF) - dropBelow) >>> 31];
      mask[i + 2] = kept[((int) (bits >>> 32 & 0xFFFF) - dropBelow) >>> 31];
      mask[i + 3] = kept[((int) (bits >>> 48) - dropBelow) >>> 31];
    }
    for (; i < count; i++) {
      mask[i] = kept[((int) (nextLong() >>> 48) - dropBelow) >>> 31];
    }
  }

  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
    return b ^ (b >>> 31);
  }
}
