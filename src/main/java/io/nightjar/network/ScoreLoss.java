package io.nightjar.network;

/**
 * The loss of one position, given its scores. Implementations keep scratch memory and serve one
 * thread.
 */
abstract class ScoreLoss {

  /** So few numbers are added one by one. */
  private static final int SHORT = 16;

  private float[] folded = {};
  private float[] foldedAgain = {};
  private double loss;
  private float targetGradient;
  private float scale;

  /**
   * Computes the gradient of the negatives' scores, up to {@link #scale()}.
   *
   * @param scores {@code [count]}
   * @param gradient receives {@code [count]} numbers
   * @param offsets what to add to each score, {@code [count]}
   * @param masked index of a negative that is the target itself, or -1
   * @param target score of the target, its own offset included
   */
  abstract void differentiate(
      float[] scores, float[] gradient, float[] offsets, int count, int masked, float target);

  /** Loss of the position that was differentiated last. */
  final double loss() {
    return loss;
  }

  /** Gradient of its target's score. */
  final float targetGradient() {
    return targetGradient;
  }

  /** What its {@code gradient} has to be multiplied by to be the gradient. */
  final float scale() {
    return scale;
  }

  final void result(double newLoss, float newTargetGradient, float newScale) {
    loss = newLoss;
    targetGradient = newTargetGradient;
    scale = newScale;
  }

  /**
   * Sum of the first {@code count} numbers, folded in halves from one array to another so that the
   * additions become vector instructions.
   */
  final float sum(float[] values, int count) {
    if (folded.length < (count + 1) / 2) {
      folded = new float[count];
      foldedAgain = new float[count];
    }
    float[] from = values;
    float[] to = folded;
    int length = count;
    do {
      int half = (length + 1) / 2;
      fold(from, half, length - half, to);
      from = to;
      to = to == folded ? foldedAgain : folded;
      length = half;
    } while (length > SHORT);
    float even = 0;
    float odd = 0;
    int i = 0;
    for (; i + 1 < length; i += 2) {
      even += from[i];
      odd += from[i + 1];
    }
    return i < length ? even + odd + from[i] : even + odd;
  }

  private static void fold(float[] from, int half, int rest, float[] to) {
    for (int i = 0; i < rest; i++) {
      to[i] = from[i] + from[half + i];
    }
    if (rest < half) {
      to[rest] = from[rest];
    }
  }
}
