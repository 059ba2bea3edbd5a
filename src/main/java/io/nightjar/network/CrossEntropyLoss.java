package io.nightjar.network;

/**
 * Softmax cross-entropy: {@code log(1 + sum over negatives of e^(s - target))}. Taking the target's
 * score off makes the usual search for the largest score unnecessary; where a score exceeds the
 * target's by so much that the exponential is no longer exact, the largest score is looked for
 * after all.
 */
final class CrossEntropyLoss extends ScoreLoss {

  private static final float LARGEST_EXACT_SUM = (float) Math.exp(Activations.EXP_HIGHEST - 1);

  @Override
  void differentiate(
      float[] scores, float[] gradient, float[] offsets, int count, int masked, float target) {
    Activations.exp(scores, offsets, target, gradient, count);
    if (masked >= 0) {
      gradient[masked] = 0f;
    }
    float sum = 1f + sum(gradient, count);
    if (sum < LARGEST_EXACT_SUM) {
      result(Math.log(sum), 1f / sum - 1f, 1f / sum);
    } else {
      differentiateFromLargest(scores, gradient, offsets, count, masked, target);
    }
  }

  private void differentiateFromLargest(
      float[] scores, float[] gradient, float[] offsets, int count, int masked, float target) {
    double largest = target;
    for (int i = 0; i < count; i++) {
      if (i != masked) {
        largest = Math.max(largest, (double) scores[i] + offsets[i]);
      }
    }
    double own = Math.exp(target - largest);
    double sum = own;
    for (int i = 0; i < count; i++) {
      double share = i == masked ? 0 : Math.exp((double) scores[i] + offsets[i] - largest);
      gradient[i] = (float) share;
      sum += share;
    }
    result(Math.log(sum) + largest - target, (float) (own / sum - 1), (float) (1 / sum));
  }
}
