package io.nightjar.network;

import java.io.Serializable;

/**
 * Turns the gradient of a run of weights into their update. Works on item rows one at a time
 * (lazily: a row that a mini-batch does not touch does not change) and on whole matrices.
 */
public interface Optimizer extends Serializable {

  /** How many numbers of state belong to a run of so many weights. All start at zero. */
  int stateWidth(int weights);

  /**
   * Updates weights and state.
   *
   * @param weights to update, {@code count} numbers from {@code weightsAt}
   * @param state {@link #stateWidth stateWidth(count)} numbers from {@code stateAt}, in an array
   *     other than {@code weights}
   * @param gradient {@code count} numbers from {@code gradientAt}
   */
  void update(
      float[] weights,
      int weightsAt,
      float[] state,
      int stateAt,
      float[] gradient,
      int gradientAt,
      int count,
      float learningRate);
}
