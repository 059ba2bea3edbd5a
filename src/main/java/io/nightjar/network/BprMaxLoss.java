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

  /** Keeps quotients and the logarithm finite when every negative outranks the target by far. */
  private static final float LEAST = 1e-24f;

  private static final float LARGEST_EXACT_SUM = (float) Math.exp(Activations.EXP_HIGHEST - 1);

  /** Any positive float times this is above 1, but for the very smallest. */
  private static final float STEEP = 1e30f;

  private final float regularization;
  private final float elu;
  private float[] activated = {};
  private float[] weights = {};
  private float[] above = {};
  private float[] terms = {};

  BprMaxLoss(double regularization, double elu) {
    this.regularization = (float) regularization;
    this.elu = (float) Math.min(1, elu);
  }

  @Override
  void differentiate(
      float[] scores, float[] gradient, float[] offsets, int count, int masked, float rawTarget) {
    reserve(count);
    float target = activated(rawTarget);
    for (int i = 0; i < count; i++) {
      activated[i] = activated(scores[i] + offsets[i]);
    }
    float normalizer = weigh(count, masked, target);
    for (int i = 0; i < count; i++) {
      weights[i] /= normalizer;
      above[i] = Activations.sigmoid(target - activated[i]);
      terms[i] = weights[i] * above[i];
    }
    float ranked = Math.max(sum(terms, count), LEAST);
    for (int i = 0; i < count; i++) {
      terms[i] *= 1f - above[i];
    }
    float targetGradient = -sum(terms, count) / ranked * slope(target);
    for (int i = 0; i < count; i++) {
      terms[i] = weights[i] * activated[i] * activated[i];
    }
    float penalty = sum(terms, count);
    float share = 1f / ranked;
    for (int i = 0; i < count; i++) {
      float s = activated[i];
      float ranking = 1f - above[i] * above[i] * share;
      gradient[i] = weights[i] * slope(s) * (ranking + regularization * (s * s + 2 * s - penalty));
    }
    result(-Math.log(ranked) + regularization * penalty, targetGradient, 1f);
  }

  /** Sets the negatives' softmax weights, up to the normalizer that is returned. */
  private float weigh(int count, int masked, float target) {
    float normalizer = softmaxSum(count, masked, target);
    if (normalizer > LEAST && normalizer < LARGEST_EXACT_SUM) {
      return normalizer;
    }
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      largest = Math.max(largest, i == masked ? largest : activated[i]);
    }
    return Math.max(softmaxSum(count, masked, largest), LEAST);
  }

  private float softmaxSum(int count, int masked, float shift) {
    for (int i = 0; i < count; i++) {
      weights[i] = Activations.exp(activated[i] - shift);
    }
    if (masked >= 0) {
      weights[masked] = 0f;
    }
    return sum(weights, count);
  }

  private float activated(float score) {
    float positive = Math.max(score, 0f);
    float curved = elu * (Activations.exp(score - positive) - 1f);
    return elu < 1f ? positive + curved : score;
  }

  /** Derivative of the elu, by its value: 1 above 0, value + elu below. */
  private float slope(float value) {
    float isPositive = Math.min(Math.max(value, 0f) * STEEP, 1f);
    return elu < 1f ? isPositive + (1f - isPositive) * (value + elu) : 1f;
  }

  private void reserve(int count) {
    if (weights.length < count) {
      activated = new float[count];
      weights = new float[count];
      above = new float[count];
      terms = new float[count];
    }
  }
}
