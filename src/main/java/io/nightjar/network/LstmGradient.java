package io.nightjar.network;

/** The gradient of one LSTM layer's weights, computed outside the heap and then brought there. */
final class LstmGradient implements AutoCloseable {

  private final FloatMatrix matrix;
  private final LstmWeights gradient;

  LstmGradient(int inputSize, int hidden) {
    gradient = LstmWeights.zeros(inputSize, hidden);
    matrix = new FloatMatrix(biasAt() + gradient.bias().length);
  }

  /**
   * Where BLAS leaves the gradient: of the input weights, {@code [inputSize][4 * hidden]}, right
   * behind them of the recurrent ones, {@code [hidden][4 * hidden]}, and at {@link #biasAt()} of
   * the bias, {@code [4 * hidden]}.
   */
  FloatMatrix matrix() {
    return matrix;
  }

  /** Where the gradient of the bias begins. */
  int biasAt() {
    return gradient.input().length + gradient.recurrent().length;
  }

  /** Brings what BLAS computed to the heap. */
  void fetch() {
    matrix.read(0, gradient.input(), 0, gradient.input().length);
    matrix.read(gradient.input().length, gradient.recurrent(), 0, gradient.recurrent().length);
    matrix.read(biasAt(), gradient.bias(), 0, gradient.bias().length);
  }

  /** The fetched gradients, in the order of {@link LstmWeights#arrays()}. */
  float[][] arrays() {
    return gradient.arrays();
  }

  @Override
  public void close() {
    matrix.close();
  }
}
