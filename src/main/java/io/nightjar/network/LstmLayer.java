package io.nightjar.network;

import java.util.Arrays;

/**
 * One LSTM layer at work on packed batches: forward, and backpropagation through time.
 *
 * <p>The input projections of all time steps are one matrix product, the recurrence is one small
 * product per step, and everything element-wise runs over heap arrays. With {@link
 * HalvedLstmWeights}, one loop over all four gates of a time step takes nothing but tanh. For one
 * thread; the arrays are reused from batch to batch.
 */
final class LstmLayer implements AutoCloseable {

  private final int inputSize;
  private final int hidden;
  private final int gateWidth;
  private final HalvedLstmWeights weights;

  /**
   * Halved pre-activations on the way forward, their gradients on the way back, {@code
   * [positions][4 * hidden]}.
   */
  private final FloatMatrix preactivations = new FloatMatrix(1);

  /** The output of the step before, {@code [positions][hidden]}. */
  private final FloatMatrix previousOutputs = new FloatMatrix(1);

  private final FloatMatrix recurrentGradient = new FloatMatrix(1);

  /** tanh of the halved pre-activations, then their gradients, {@code [positions][4 * hidden]}. */
  private float[] gates = {};

  private float[] cells = {};
  private float[] cellActivations = {};
  private float[] outputs = {};
  private float[] outputGradient = {};
  private float[] cellGradient = {};
  private float[] initialCells = {};
  private boolean startedFromState;

  LstmLayer(int inputSize, int hidden) {
    this.inputSize = inputSize;
    this.hidden = hidden;
    gateWidth = 4 * hidden;
    weights = new HalvedLstmWeights(inputSize, hidden);
  }

  /** Takes over the layer's weights. */
  void load(LstmWeights layer) {
    weights.load(layer);
  }

  /** The outputs of the last forward pass, {@code [positions][hidden]}. */
  float[] outputs() {
    return outputs;
  }

  /**
   * Runs the batch forward.
   *
   * @param input {@code [positions][inputSize]}
   * @param state where each sequence starts, and where its end is left; null to start from zero and
   *     forget
   */
  void forward(PackedBatch batch, FloatMatrix input, LstmState state) {
    int positions = batch.positions();
    reserve(positions);
    for (int p = 0; p < positions; p++) {
      preactivations.write(p * gateWidth, weights.bias(), 0, gateWidth);
    }
    Blas.multiply(
        positions, gateWidth, inputSize, input, 0, weights.input(), 0, 1f, preactivations, 0);
    start(batch, state);
    for (int t = 0; t < batch.steps(); t++) {
      int from = batch.offset(t);
      int active = batch.active(t);
      if (t > 0 || state != null) {
        Blas.accumulateFewRows(
            active,
            gateWidth,
            hidden,
            previousOutputs,
            from * hidden,
            weights.recurrent(),
            preactivations,
            from * gateWidth);
      }
      preactivations.read(from * gateWidth, gates, from * gateWidth, active * gateWidth);
      Activations.tanh(gates, from * gateWidth, gates, active * gateWidth);
      float[] before = t == 0 ? initialCells : cells;
      int previous = t == 0 ? 0 : batch.offset(t - 1) * hidden;
      for (int row = 0; row < active; row++) {
        updateCells(from + row, before, previous + row * hidden);
      }
      Activations.tanh(cells, from * hidden, cellActivations, active * hidden);
      for (int row = 0; row < active; row++) {
        output(from + row);
      }
      if (t + 1 < batch.steps()) {
        int next = batch.offset(t + 1);
        previousOutputs.write(next * hidden, outputs, from * hidden, batch.active(t + 1) * hidden);
      }
    }
    if (state != null) {
      state.keep(batch, outputs, cells);
    }
  }

  /**
   * Runs the batch backward after {@link #forward}, with the same input.
   *
   * @param upstream gradient of the outputs, {@code [positions][hidden]}
   * @param cut the gradient does not flow from step t to t - 1 where t is a multiple of it
   * @param gradient receives the gradient of the weights
   * @param inputGradient receives the gradient of the input, {@code [positions][inputSize]}
   */
  void backward(
      PackedBatch batch,
      FloatMatrix input,
      float[] upstream,
      int cut,
      LstmGradient gradient,
      FloatMatrix inputGradient) {
    int positions = batch.positions();
    float[] biasGradient = gradient.clearedBias();
    for (int t = batch.steps() - 1; t >= 0; t--) {
      int from = batch.offset(t);
      int active = batch.active(t);
      boolean flowsIn = t + 1 < batch.steps() && (t + 1) % cut != 0;
      int continuing = flowsIn ? batch.active(t + 1) : 0;
      if (flowsIn) {
        Blas.multiplyTransposed(
            continuing,
            hidden,
            gateWidth,
            preactivations,
            batch.offset(t + 1) * gateWidth,
            weights.recurrent(),
            0,
            0f,
            recurrentGradient,
            0);
        recurrentGradient.read(0, outputGradient, 0, continuing * hidden);
      }
      Arrays.fill(outputGradient, continuing * hidden, active * hidden, 0f);
      Arrays.fill(cellGradient, continuing * hidden, active * hidden, 0f);
      for (int row = 0; row < active; row++) {
        boolean first = t == 0;
        int previous = first ? row : batch.offset(t - 1) + row;
        differentiate(
            from + row,
            row,
            upstream,
            first ? initialCells : cells,
            previous * hidden,
            biasGradient);
      }
      preactivations.write(from * gateWidth, gates, from * gateWidth, active * gateWidth);
    }
    Blas.transposedMultiply(
        inputSize, gateWidth, positions, input, 0, preactivations, 0, 0f, gradient.input(), 0);
    recurrentWeightGradient(batch, gradient);
    Blas.multiplyTransposed(
        positions,
        inputSize,
        gateWidth,
        preactivations,
        0,
        weights.input(),
        0,
        0f,
        inputGradient,
        0);
    gradient.fetch();
    weights.unscale(gradient);
  }

  private void recurrentWeightGradient(PackedBatch batch, LstmGradient gradient) {
    int from = startedFromState || batch.steps() == 0 ? 0 : batch.offset(1);
    int count = batch.positions() - from;
    if (count == 0) {
      gradient.recurrent().clear(0, hidden * gateWidth);
      return;
    }
    Blas.transposedMultiply(
        hidden,
        gateWidth,
        count,
        previousOutputs,
        from * hidden,
        preactivations,
        from * gateWidth,
        0f,
        gradient.recurrent(),
        0);
  }

  private void start(PackedBatch batch, LstmState state) {
    int rows = batch.active(0);
    startedFromState = state != null;
    if (state == null) {
      Arrays.fill(initialCells, 0, rows * hidden, 0f);
      return;
    }
    for (int row = 0; row < rows; row++) {
      int sequence = batch.sequence(row) * hidden;
      previousOutputs.write(row * hidden, state.outputs(), sequence, hidden);
      System.arraycopy(state.cells(), sequence, initialCells, row * hidden, hidden);
    }
  }

  /** c = f c' + g a, with a = tanh and f, g = sigmoid of the pre-activations. */
  private void updateCells(int position, float[] previousCells, int previous) {
    int a = position * gateWidth;
    int f = a + hidden;
    int g = f + 2 * hidden;
    int out = position * hidden;
    for (int i = 0; i < hidden; i++) {
      cells[out + i] =
          (0.5f + 0.5f * gates[f + i]) * previousCells[previous + i]
              + (0.5f + 0.5f * gates[g + i]) * gates[a + i];
    }
  }

  /** h = o tanh(c), with o = sigmoid of the pre-activation. */
  private void output(int position) {
    int o = position * gateWidth + 2 * hidden;
    int out = position * hidden;
    for (int i = 0; i < hidden; i++) {
      outputs[out + i] = (0.5f + 0.5f * gates[o + i]) * cellActivations[out + i];
    }
  }

  /**
   * Replaces the gates of a position by the gradients of their halved pre-activations: with t =
   * tanh(x / 2), the sigmoid's derivative by x / 2 is (1 - t^2) / 2.
   */
  private void differentiate(
      int position,
      int row,
      float[] upstream,
      float[] previousCells,
      int previous,
      float[] biasGradient) {
    int a = position * gateWidth;
    int f = a + hidden;
    int o = f + hidden;
    int g = o + hidden;
    int out = position * hidden;
    int carried = row * hidden;
    for (int i = 0; i < hidden; i++) {
      outputGradient[carried + i] += upstream[out + i];
    }
    for (int i = 0; i < hidden; i++) {
      float tanh = cellActivations[out + i];
      cellGradient[carried + i] +=
          outputGradient[carried + i] * (0.5f + 0.5f * gates[o + i]) * (1f - tanh * tanh);
    }
    for (int i = 0; i < hidden; i++) {
      float t = gates[o + i];
      gates[o + i] = outputGradient[carried + i] * cellActivations[out + i] * (0.5f - 0.5f * t * t);
    }
    for (int i = 0; i < hidden; i++) {
      float activation = gates[a + i];
      float t = gates[g + i];
      float gradient = cellGradient[carried + i];
      gates[a + i] = gradient * (0.5f + 0.5f * t) * (1f - activation * activation);
      gates[g + i] = gradient * activation * (0.5f - 0.5f * t * t);
    }
    for (int i = 0; i < hidden; i++) {
      float t = gates[f + i];
      float gradient = cellGradient[carried + i];
      gates[f + i] = gradient * previousCells[previous + i] * (0.5f - 0.5f * t * t);
      cellGradient[carried + i] = gradient * (0.5f + 0.5f * t);
    }
    for (int i = 0; i < gateWidth; i++) {
      biasGradient[i] += gates[a + i];
    }
  }

  private void reserve(int positions) {
    preactivations.ensureCapacity(positions * gateWidth);
    previousOutputs.ensureCapacity(positions * hidden);
    recurrentGradient.ensureCapacity(positions * hidden);
    if (outputs.length < positions * hidden) {
      int room = positions + positions / 4;
      gates = new float[room * gateWidth];
      cells = new float[room * hidden];
      cellActivations = new float[room * hidden];
      outputs = new float[room * hidden];
      outputGradient = new float[room * hidden];
      cellGradient = new float[room * hidden];
      initialCells = new float[room * hidden];
    }
  }

  @Override
  public void close() {
    weights.close();
    preactivations.close();
    previousOutputs.close();
    recurrentGradient.close();
  }
}
