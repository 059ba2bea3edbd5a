package io.nightjar.network;

/**
 * Exponential, logistic and hyperbolic tangent over array ranges, written without branches, tables
 * or bit casts so that the JIT turns each loop into vector instructions.
 */
final class Activations {

  /** Below this a float tanh is -1, above its negative it is 1. */
  private static final float TANH_LIMIT = 7.905311f;

  /** {@link #exp} takes everything below for this; e^-32 is 1e-14. */
  private static final float EXP_LOWEST = -32f;

  /** Up to here {@link #exp} has its accuracy; from there on the result is merely huge. */
  static final float EXP_HIGHEST = 32f;

  private static final float EXP_SCALE = 1f / 64;

  private Activations() {}

  /**
   * e^x with a relative error below 1e-5 for x in [-32, 32]: a Taylor polynomial of x / 64, squared
   * six times.
   */
  static float exp(float x) {
    float y = Math.max(x, EXP_LOWEST) * EXP_SCALE;
    float p = Math.fma(y, 1f / 5040, 1f / 720);
    p = Math.fma(y, p, 1f / 120);
    p = Math.fma(y, p, 1f / 24);
    p = Math.fma(y, p, 1f / 6);
    p = Math.fma(y, p, 0.5f);
    p = Math.fma(y, p, 1f);
    p = Math.fma(y, p, 1f);
    p *= p;
    p *= p;
    p *= p;
    p *= p;
    p *= p;
    p *= p;
    return p;
  }

  /** tanh x within a few units in the last place: the rational approximation that Eigen uses. */
  static float tanh(float x) {
    float y = Math.min(Math.max(x, -TANH_LIMIT), TANH_LIMIT);
    float s = y * y;
    float p = Math.fma(s, -2.7607684e-16f, 2.000188e-13f);
    p = Math.fma(s, p, -8.604672e-11f);
    p = Math.fma(s, p, 5.1222973e-08f);
    p = Math.fma(s, p, 1.48572235e-05f);
    p = Math.fma(s, p, 6.3726195e-04f);
    p = Math.fma(s, p, 4.8935246e-03f);
    float q = Math.fma(s, 1.1982584e-06f, 1.1853471e-04f);
    q = Math.fma(s, q, 2.2684347e-03f);
    q = Math.fma(s, q, 4.893525e-03f);
    return y * p / q;
  }

  /** 1 / (1 + e^-x). */
  static float sigmoid(float x) {
    return Math.fma(0.5f, tanh(0.5f * x), 0.5f);
  }

  /** {@code y[from + i] = tanh(x[from + i])} for {@code count} numbers; x and y may be the same. */
  static void tanh(float[] x, int from, float[] y, int count) {
    for (int i = from; i < from + count; i++) {
      y[i] = tanh(x[i]);
    }
  }

  /** {@code y[i] = exp(x[i] + offset[i] - shift)} over the first {@code count} numbers. */
  static void exp(float[] x, float[] offset, float shift, float[] y, int count) {
    for (int i = 0; i < count; i++) {
      y[i] = exp(x[i] + (offset[i] - shift));
    }
  }
}
