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
   * Updates weights and state. All three arrays start with what they are about, which is what lets
   * the JIT turn the loops into vector instructions.
   *
   * @param weights the first {@code count} are updated
   * @param state the first {@link #stateWidth stateWidth(count)} are updated
   * @param gradient of the first {@code count} weights; not kept
   */
  void update(float[] weights, float[] state, float[] gradient, int count, float learningRate);
}
