package io.nightjar.network;

/**
 * Adagrad per weight (Duchi et al. 2011): {@code w -= rate g / sqrt(sum of squared g + epsilon)},
 * the sums starting at 0; with Polyak momentum on the scaled step where momentum is above 0.
 *
 * @param momentum share of the last step that is taken again, in [0, 1)
 * @param epsilon what a squared gradient has to exceed to count, above 0: with the sums starting at
 *     0, a row that was only ever a negative, and got next to no gradient, would otherwise take a
 *     first step as large as that of a row that was a target
 */
public record Adagrad(double momentum, double epsilon) implements Optimizer {

  public Adagrad {
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException("momentum is " + momentum + "; it must be in 0 <= m < 1");
    }
    if (!(epsilon > 0)) {
      throw new IllegalArgumentException("epsilon is " + epsilon + "; it must be above 0");
    }
  }

  @Override
  public int stateWidth(int weights) {
    return momentum > 0 ? 2 * weights : weights;
  }

  @Override
  public void update(
      float[] weights, float[] state, float[] gradient, int count, float learningRate) {
    if (momentum > 0) {
      accelerate(gradient, state, count, learningRate);
      move(weights, state, count);
      return;
    }
    float floor = (float) epsilon;
    for (int i = 0; i < count; i++) {
      float g = gradient[i];
      float sum = state[i] + g * g;
      state[i] = sum;
      weights[i] -= learningRate * g / (float) Math.sqrt(sum + floor);
    }
  }

  /** Updates the sums in the first half of the state, and the velocity in the second. */
  private void accelerate(float[] gradient, float[] state, int count, float learningRate) {
    float floor = (float) epsilon;
    for (int i = 0; i < count; i++) {
      float g = gradient[i];
      float sum = state[i] + g * g;
      state[i] = sum;
      gradient[i] = learningRate * g / (float) Math.sqrt(sum + floor);
    }
    float kept = (float) momentum;
    for (int i = 0; i < count; i++) {
      state[count + i] = kept * state[count + i] - gradient[i];
    }
  }

  private static void move(float[] weights, float[] state, int count) {
    for (int i = 0; i < count; i++) {
      weights[i] += state[count + i];
    }
  }
}
