package io.nightjar.network;

import java.util.Arrays;

/** The gradient of one LSTM layer's weights, computed outside the heap and then brought there. */
final class LstmGradient implements AutoCloseable {

  private final FloatMatrix input;
  private final FloatMatrix recurrent;
  private final LstmWeights gradient;

  LstmGradient(int inputSize, int hidden) {
    gradient = LstmWeights.zeros(inputSize, hidden);
    input = new FloatMatrix(gradient.input().length);
    recurrent = new FloatMatrix(gradient.recurrent().length);
  }

  /** Where BLAS leaves the gradient of the input weights, {@code [inputSize][4 * hidden]}. */
  FloatMatrix input() {
    return input;
  }

  /** Where BLAS leaves the gradient of the recurrent weights, {@code [hidden][4 * hidden]}. */
  FloatMatrix recurrent() {
    return recurrent;
  }

  /** The gradient of the bias, {@code [4 * hidden]}, set to zero. */
  float[] clearedBias() {
    Arrays.fill(gradient.bias(), 0f);
    return gradient.bias();
  }

  /** Brings what BLAS computed to the heap. */
  void fetch() {
    input.read(0, gradient.input(), 0, gradient.input().length);
    recurrent.read(0, gradient.recurrent(), 0, gradient.recurrent().length);
  }

  /** The fetched gradients, in the order of {@link LstmWeights#arrays()}. */
  float[][] arrays() {
    return gradient.arrays();
  }

  @Override
  public void close() {
    input.close();
    recurrent.close();
  }
}
