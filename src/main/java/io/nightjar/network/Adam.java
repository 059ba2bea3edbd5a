package io.nightjar.network;

/**
 * Adam (Kingma and Ba 2015) in its lazy form: moments decay, and their start is corrected for, by
 * the steps that a row took part in.
 *
 * @param beta1 decay of the mean gradient, in [0, 1)
 * @param beta2 decay of the mean squared gradient, in [0, 1)
 */
public record Adam(double beta1, double beta2) implements Optimizer {

  private static final float EPSILON = 1e-8f;

  public Adam {
    if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1)) {
      throw new IllegalArgumentException(
          "Adam's decays are " + beta1 + " and " + beta2 + "; they must be in 0 <= b < 1");
    }
  }

  /** Mean gradients, mean squared gradients, and the number of steps so far. */
  @Override
  public int stateWidth(int weights) {
    return 2 * weights + 1;
  }

  @Override
  public void update(
      float[] weights, float[] state, float[] gradient, int count, float learningRate) {
    float steps = state[2 * count] + 1;
    state[2 * count] = steps;
    float keep1 = (float) beta1;
    float keep2 = (float) beta2;
    for (int i = 0; i < count; i++) {
      state[i] = keep1 * state[i] + (1 - keep1) * gradient[i];
    }
    for (int i = 0; i < count; i++) {
      float g = gradient[i];
      state[count + i] = keep2 * state[count + i] + (1 - keep2) * g * g;
    }
    float rate = learningRate / (float) (1 - Math.pow(beta1, steps));
    float correction = 1f / (float) (1 - Math.pow(beta2, steps));
    for (int i = 0; i < count; i++) {
      gradient[i] = rate / ((float) Math.sqrt(state[count + i] * correction) + EPSILON);
    }
    for (int i = 0; i < count; i++) {
      weights[i] -= gradient[i] * state[i];
    }
  }
}
