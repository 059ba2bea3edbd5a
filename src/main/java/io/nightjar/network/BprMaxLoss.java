package io.nightjar.network;

/**
 * BPR-max (Hidasi and Karatzoglou 2018): {@code -log sum_j w_j sigmoid(t - s_j) + reg sum_j w_j
 * s_j^2}, where w is the softmax of the negatives' scores s and t is the target's score, all after
 * the elu.
 *
 * <p>With A = sum_j w_j sigmoid(t - s_j) and R = sum_j w_j s_j^2 the gradients are {@code dt =
 * -sum_j w_j sigmoid' (t - s_j) / A} and {@code ds_j = w_j (1 - sigmoid(t - s_j)^2 / A + reg (s_j^2
 * + 2 s_j - R))}.
 */
final class BprMaxLoss extends ScoreLoss {

  /** Keeps the logarithm and the quotient finite when every negative outranks the target by far. */
  private static final float LEAST = 1e-24f;

  private final float regularization;
  private final float elu;
  private float[] weights = {};
  private float[] terms = {};

  BprMaxLoss(double regularization, double elu) {
    this.regularization = (float) regularization;
    this.elu = (float) elu;
  }

  @Override
  void differentiate(
      float[] scores, float[] gradient, float[] offsets, int count, int masked, float rawTarget) {
    reserve(count);
    float target = activated(rawTarget);
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      scores[i] = activated(scores[i] + offsets[i]);
      largest = Math.max(largest, i == masked ? largest : scores[i]);
    }
    for (int i = 0; i < count; i++) {
      weights[i] = Activations.exp(scores[i] - largest);
    }
    if (masked >= 0) {
      weights[masked] = 0f;
    }
    float normalizer = Math.max(sum(weights, count), LEAST);
    for (int i = 0; i < count; i++) {
      weights[i] /= normalizer;
      terms[i] = weights[i] * Activations.sigmoid(target - scores[i]);
    }
    float ranked = Math.max(sum(terms, count), LEAST);
    for (int i = 0; i < count; i++) {
      terms[i] *= 1f - Activations.sigmoid(target - scores[i]);
    }
    float targetGradient = -sum(terms, count) / ranked;
    for (int i = 0; i < count; i++) {
      terms[i] = weights[i] * scores[i] * scores[i];
    }
    float penalty = sum(terms, count);
    for (int i = 0; i < count; i++) {
      float s = scores[i];
      float above = Activations.sigmoid(target - s);
      float slope = s < 0 ? eluSlope(s) : 1f;
      gradient[i] =
          slope
              * weights[i]
              * (1f - above * above / ranked + regularization * (s * s + 2 * s - penalty));
    }
    float targetSlope = target < 0 ? eluSlope(target) : 1f;
    result(-Math.log(ranked) + regularization * penalty, targetGradient * targetSlope, 1f);
  }

  private float activated(float score) {
    float positive = Math.max(score, 0f);
    float negative = score - positive;
    return elu >= 1f ? score : positive + elu * (Activations.exp(negative) - 1f);
  }

  private float eluSlope(float activated) {
    return elu >= 1f ? 1f : activated + elu;
  }

  private void reserve(int count) {
    if (weights.length < count) {
      weights = new float[count];
      terms = new float[count];
    }
  }
}
