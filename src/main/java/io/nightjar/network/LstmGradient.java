package io.nightjar.network;

import java.util.Arrays;

/** The gradient of one LSTM layer's weights. */
final class LstmGradient implements AutoCloseable {

  private final FloatMatrix input;
  private final FloatMatrix recurrent;
  private final float[] bias;

  LstmGradient(int inputSize, int hidden) {
    input = new FloatMatrix(inputSize * 4 * hidden);
    recurrent = new FloatMatrix(hidden * 4 * hidden);
    bias = new float[4 * hidden];
  }

  /** {@code [inputSize][4 * hidden]}. */
  FloatMatrix input() {
    return input;
  }

  /** {@code [hidden][4 * hidden]}. */
  FloatMatrix recurrent() {
    return recurrent;
  }

  /** {@code [4 * hidden]}. */
  float[] bias() {
    return bias;
  }

  float[] clearedBias() {
    Arrays.fill(bias, 0f);
    return bias;
  }

  @Override
  public void close() {
    input.close();
    recurrent.close();
  }
}
