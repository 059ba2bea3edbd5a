package io.nightjar.network;

import java.io.Serializable;

/**
 * The weights of one LSTM layer without peepholes, row-major, with DL4J's order of the four gate
 * blocks: input activation (tanh), forget gate, output gate, input gate.
 *
 * @param inputSize length of the layer's input
 * @param hidden units of the layer
 * @param input {@code [inputSize][4 * hidden]}
 * @param recurrent {@code [hidden][4 * hidden]}
 * @param bias {@code [4 * hidden]}
 */
public record LstmWeights(int inputSize, int hidden, float[] input, float[] recurrent, float[] bias)
    implements Serializable {

  /** All weights zero. */
  public static LstmWeights zeros(int inputSize, int hidden) {
    int gates = 4 * hidden;
    return new LstmWeights(
        inputSize,
        hidden,
        new float[inputSize * gates],
        new float[hidden * gates],
        new float[gates]);
  }

  /** Arrays of their own with the same numbers. */
  public LstmWeights copy() {
    return new LstmWeights(inputSize, hidden, input.clone(), recurrent.clone(), bias.clone());
  }

  /** The arrays in a fixed order, for code that treats all weights alike. */
  public float[][] arrays() {
    return new float[][] {input, recurrent, bias};
  }
}
