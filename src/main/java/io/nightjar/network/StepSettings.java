package io.nightjar.network;

import java.io.Serializable;

/**
 * What a {@link TrainingStep} needs to know.
 *
 * @param objective loss and negatives
 * @param regularization dropout, penalties, clipping
 * @param optimizer how gradients become updates
 * @param lstmRate learning rate of the LSTM weights as a share of that of the item rows, above 0:
 *     every mini-batch updates the LSTM, but an item only now and then
 * @param gradientSteps how many time steps back the gradient flows (truncated BPTT), at least 1;
 *     the state is carried over either way
 */
public record StepSettings(
    Objective objective,
    Regularization regularization,
    Optimizer optimizer,
    double lstmRate,
    int gradientSteps)
    implements Serializable {

  public StepSettings {
    if (!(lstmRate > 0)) {
      throw new IllegalArgumentException("lstm rate is " + lstmRate + "; it must be above 0");
    }
    if (gradientSteps < 1) {
      throw new IllegalArgumentException("bptt is " + gradientSteps + "; it must be at least 1");
    }
  }
}
