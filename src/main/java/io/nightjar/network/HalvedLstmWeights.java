package io.nightjar.network;

/**
 * An LSTM layer's weights as its products use them: outside the heap, the columns of the three
 * sigmoid gates halved. Since sigmoid(x) = (1 + tanh(x / 2)) / 2, all four gates then take a tanh.
 */
final class HalvedLstmWeights implements AutoCloseable {

  private final int hidden;
  private final int gateWidth;
  private final FloatMatrix input;
  private final FloatMatrix recurrent;
  private final float[] bias;
  private final float[] row;

  HalvedLstmWeights(int inputSize, int hidden) {
    this.hidden = hidden;
    gateWidth = 4 * hidden;
    input = new FloatMatrix(inputSize * gateWidth);
    recurrent = new FloatMatrix(hidden * gateWidth);
    bias = new float[gateWidth];
    row = new float[gateWidth];
  }

  /** Takes over a layer's weights. */
  void load(LstmWeights weights) {
    copyHalved(weights.input(), input);
    copyHalved(weights.recurrent(), recurrent);
    System.arraycopy(weights.bias(), 0, bias, 0, gateWidth);
    halve(bias, 0);
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

  /**
   * Makes the gradient by halved pre-activations that by the layer's weights: a weight moves its
   * halved pre-activation by half as much.
   */
  void unscale(LstmGradient gradient) {
    for (float[] array : gradient.arrays()) {
      for (int from = 0; from < array.length; from += gateWidth) {
        halve(array, from);
      }
    }
  }

  private void copyHalved(float[] weights, FloatMatrix target) {
    for (int from = 0; from < weights.length; from += gateWidth) {
      System.arraycopy(weights, from, row, 0, gateWidth);
      halve(row, 0);
      target.write(from, row, 0, gateWidth);
    }
  }

  private void halve(float[] values, int from) {
    for (int i = from + hidden; i < from + gateWidth; i++) {
      values[i] *= 0.5f;
    }
  }

  @Override
  public void close() {
    input.close();
    recurrent.close();
  }
}
