package io.nightjar.network;

/**
 * What happens inside an LSTM layer, element by element: an array per gate, all {@code
 * [positions][hidden]}. Every loop uses one index for all of its arrays and writes to two of them
 * at most, which is what lets the JIT turn it into vector instructions.
 */
final class LstmGates {

  private final int hidden;

  /** The gates in DL4J's order, as tanh of the halved pre-activations; then their gradients. */
  private final float[][] gates = new float[4][0];

  private float[] cells = {};
  private float[] previousCells = {};
  private float[] cellActivations = {};
  private float[] outputs = {};
  private float[] recurrentGradient = {};
  private float[] outputGradient = {};
  private float[] cellGradient = {};

  LstmGates(int hidden) {
    this.hidden = hidden;
  }

  /** Makes room for so many positions. Growing loses the content. */
  void reserve(int positions) {
    if (outputs.length >= positions * hidden) {
      return;
    }
    int length = (positions + positions / 4) * hidden;
    for (int gate = 0; gate < gates.length; gate++) {
      gates[gate] = new float[length];
    }
    cells = new float[length];
    previousCells = new float[length];
    cellActivations = new float[length];
    outputs = new float[length];
    recurrentGradient = new float[length];
    outputGradient = new float[length];
    cellGradient = new float[length];
  }

  /** The layer's outputs, {@code [positions][hidden]}. */
  float[] outputs() {
    return outputs;
  }

  /** {@code [positions][hidden]}. */
  float[] cells() {
    return cells;
  }

  /** The cells that each position starts from, {@code [positions][hidden]}, to be filled. */
  float[] previousCells() {
    return previousCells;
  }

  /**
   * What flows into the outputs' gradient from the step after, {@code [positions][hidden]}, to be
   * filled.
   */
  float[] recurrentGradient() {
    return recurrentGradient;
  }

  /**
   * The gradient of the cells: before {@link #differentiate} what flows in from the step after, to
   * be filled, and then what flows on to the step before; {@code [positions][hidden]}.
   */
  float[] cellGradient() {
    return cellGradient;
  }

  /**
   * Computes cells and outputs of a time step.
   *
   * @param preactivations halved for the sigmoid gates, {@code [positions][4 * hidden]}
   * @param position the first of the step
   * @param rows how many follow
   */
  void activate(FloatMatrix preactivations, int position, int rows) {
    int gateWidth = gates.length * hidden;
    for (int row = position; row < position + rows; row++) {
      for (int gate = 0; gate < gates.length; gate++) {
        preactivations.read(row * gateWidth + gate * hidden, gates[gate], row * hidden, hidden);
      }
    }
    int from = position * hidden;
    int count = rows * hidden;
    for (float[] gate : gates) {
      Activations.tanh(gate, from, gate, count);
    }
    updateCells(gates[0], gates[1], gates[3], from, from + count);
    Activations.tanh(cells, from, cellActivations, count);
    output(gates[2], from, from + count);
  }

  /**
   * Computes the gradient of the halved pre-activations of a time step: with t = tanh(x / 2), the
   * sigmoid's derivative by x / 2 is (1 - t^2) / 2.
   *
   * @param upstream gradient of the outputs, {@code [positions][hidden]}
   * @param preactivations receives the gradient, {@code [positions][4 * hidden]}
   * @param position the first of the step
   * @param rows how many follow
   */
  void differentiate(float[] upstream, FloatMatrix preactivations, int position, int rows) {
    int from = position * hidden;
    int to = from + rows * hidden;
    for (int i = from; i < to; i++) {
      outputGradient[i] = upstream[i] + recurrentGradient[i];
    }
    differentiateOutput(gates[2], from, to);
    differentiateInput(gates[0], gates[3], from, to);
    differentiateForget(gates[1], from, to);
    int gateWidth = gates.length * hidden;
    for (int row = position; row < position + rows; row++) {
      for (int gate = 0; gate < gates.length; gate++) {
        preactivations.write(row * gateWidth + gate * hidden, gates[gate], row * hidden, hidden);
      }
    }
  }

  /** c = f c' + g a, with a = tanh and f, g = sigmoid of the pre-activations. */
  private void updateCells(float[] activation, float[] forget, float[] input, int from, int to) {
    for (int i = from; i < to; i++) {
      cells[i] =
          (0.5f + 0.5f * forget[i]) * previousCells[i] + (0.5f + 0.5f * input[i]) * activation[i];
    }
  }

  /** h = o tanh(c), with o = sigmoid of the pre-activation. */
  private void output(float[] output, int from, int to) {
    for (int i = from; i < to; i++) {
      outputs[i] = (0.5f + 0.5f * output[i]) * cellActivations[i];
    }
  }

  private void differentiateOutput(float[] output, int from, int to) {
    for (int i = from; i < to; i++) {
      float o = output[i];
      float tanh = cellActivations[i];
      float gradient = outputGradient[i];
      cellGradient[i] += gradient * (0.5f + 0.5f * o) * (1f - tanh * tanh);
      output[i] = gradient * tanh * (0.5f - 0.5f * o * o);
    }
  }

  private void differentiateInput(float[] activation, float[] input, int from, int to) {
    for (int i = from; i < to; i++) {
      float a = activation[i];
      float g = input[i];
      float gradient = cellGradient[i];
      activation[i] = gradient * (0.5f + 0.5f * g) * (1f - a * a);
      input[i] = gradient * a * (0.5f - 0.5f * g * g);
    }
  }

  private void differentiateForget(float[] forget, int from, int to) {
    for (int i = from; i < to; i++) {
      float f = forget[i];
      float gradient = cellGradient[i];
      forget[i] = gradient * previousCells[i] * (0.5f - 0.5f * f * f);
      cellGradient[i] = gradient * (0.5f + 0.5f * f);
    }
  }
}
