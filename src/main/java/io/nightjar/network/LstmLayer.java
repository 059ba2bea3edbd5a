package io.nightjar.network;

import java.util.Arrays;

/**
 * One LSTM layer at work on packed batches: forward, and backpropagation through time.
 *
 * <p>The input projections of all time steps are one matrix product, the recurrence is one small
 * product per step, and everything element-wise happens in {@link LstmGates}. Inputs and previous
 * outputs lie side by side, so that the gradient of all weights is one product. For one thread; the
 * memory is reused from batch to batch.
 */
final class LstmLayer implements AutoCloseable {

  private final int inputSize;
  private final int hidden;
  private final int width;
  private final int gateWidth;
  private final HalvedLstmWeights weights;
  private final LstmGates gates;

  /** Each position's input and the output of the step before, {@code [positions][width]}. */
  private final FloatMatrix inputs = new FloatMatrix(1);

  /**
   * Halved pre-activations on the way forward, their gradients on the way back, {@code
   * [positions][4 * hidden]}.
   */
  private final FloatMatrix preactivations = new FloatMatrix(1);

  private final FloatMatrix recurrentGradient = new FloatMatrix(1);
  private final FloatMatrix ones = new FloatMatrix(1);
  private int onesFilled;

  LstmLayer(int inputSize, int hidden) {
    this.inputSize = inputSize;
    this.hidden = hidden;
    width = inputSize + hidden;
    gateWidth = 4 * hidden;
    weights = new HalvedLstmWeights(inputSize, hidden);
    gates = new LstmGates(hidden);
  }

  /** Takes over the layer's weights. */
  void load(LstmWeights layer) {
    weights.load(layer);
  }

  /** Makes room for a batch, whose inputs are then to be set. */
  void reserve(int positions) {
    inputs.ensureCapacity(positions * width);
    preactivations.ensureCapacity(positions * gateWidth);
    recurrentGradient.ensureCapacity(positions * hidden);
    gates.reserve(positions);
  }

  /** Sets the input of a position to {@code inputSize} numbers. */
  void setInput(int position, float[] values, int from) {
    inputs.write(position * width, values, from, inputSize);
  }

  /** Sets the inputs of the first positions, {@code [positions][inputSize]}. */
  void setInputs(float[] values, int positions) {
    for (int p = 0; p < positions; p++) {
      setInput(p, values, p * inputSize);
    }
  }

  /** The outputs of the last forward pass, {@code [positions][hidden]}. */
  float[] outputs() {
    return gates.outputs();
  }

  /**
   * Runs the batch forward on the inputs that were set.
   *
   * @param state where each sequence starts, and where its end is left; null to start from zero and
   *     forget
   */
  void forward(PackedBatch batch, LstmState state) {
    int positions = batch.positions();
    for (int p = 0; p < positions; p++) {
      preactivations.write(p * gateWidth, weights.bias(), 0, gateWidth);
    }
    Blas.accumulateColumns(
        positions, gateWidth, inputSize, inputs, 0, width, weights.input(), preactivations, 0);
    boolean fromZero = state == null || state.isZero();
    start(batch, state);
    for (int t = 0; t < batch.steps(); t++) {
      int from = batch.offset(t);
      int active = batch.active(t);
      if (t > 0 || !fromZero) {
        Blas.accumulateColumns(
            active,
            gateWidth,
            hidden,
            inputs,
            from * width + inputSize,
            width,
            weights.recurrent(),
            preactivations,
            from * gateWidth);
      }
      gates.activate(preactivations, from, active);
      carry(from, batch.offset(t + 1), batch.active(t + 1));
    }
    if (state != null) {
      state.keep(batch, gates.outputs(), gates.cells());
    }
  }

  /**
   * Runs the batch backward after {@link #forward}.
   *
   * @param upstream gradient of the outputs, {@code [positions][hidden]}
   * @param cut the gradient does not flow from step t to t - 1 where t is a multiple of it
   * @param gradient receives the gradient of the weights
   * @param inputGradient receives the gradient of the input, {@code [positions][inputSize]}
   */
  void backward(
      PackedBatch batch,
      float[] upstream,
      int cut,
      LstmGradient gradient,
      FloatMatrix inputGradient) {
    for (int t = batch.steps() - 1; t >= 0; t--) {
      int from = batch.offset(t);
      int active = batch.active(t);
      boolean flowsIn = t + 1 < batch.steps() && (t + 1) % cut != 0;
      flowIn(from, active, batch.offset(t + 1), flowsIn ? batch.active(t + 1) : 0);
      gates.differentiate(upstream, preactivations, from, active);
    }
    int positions = batch.positions();
    weightGradient(positions, gradient);
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
  }

  /** Fills in where the rows of the first time step start. */
  private void start(PackedBatch batch, LstmState state) {
    int rows = batch.active(0);
    if (state == null) {
      Arrays.fill(gates.previousCells(), 0, rows * hidden, 0f);
      for (int row = 0; row < rows; row++) {
        inputs.clear(row * width + inputSize, hidden);
      }
      return;
    }
    for (int row = 0; row < rows; row++) {
      int sequence = batch.sequence(row) * hidden;
      inputs.write(row * width + inputSize, state.outputs(), sequence, hidden);
      System.arraycopy(state.cells(), sequence, gates.previousCells(), row * hidden, hidden);
    }
  }

  /** Hands outputs and cells of a time step to the rows that are still active in the next. */
  private void carry(int from, int next, int rows) {
    for (int row = 0; row < rows; row++) {
      inputs.write(
          (next + row) * width + inputSize, gates.outputs(), (from + row) * hidden, hidden);
    }
    System.arraycopy(
        gates.cells(), from * hidden, gates.previousCells(), next * hidden, rows * hidden);
  }

  /**
   * Brings the gradient of outputs and cells from a time step to the one before.
   *
   * @param from first position of the step before
   * @param active its rows
   * @param next first position of the step
   * @param flowing rows of it whose gradient flows
   */
  private void flowIn(int from, int active, int next, int flowing) {
    if (flowing > 0) {
      Blas.multiplyTransposed(
          flowing,
          hidden,
          gateWidth,
          preactivations,
          next * gateWidth,
          weights.recurrent(),
          0,
          0f,
          recurrentGradient,
          0);
      recurrentGradient.read(0, gates.recurrentGradient(), from * hidden, flowing * hidden);
      System.arraycopy(
          gates.cellGradient(),
          next * hidden,
          gates.cellGradient(),
          from * hidden,
          flowing * hidden);
    }
    int firstEnding = (from + flowing) * hidden;
    int end = (from + active) * hidden;
    Arrays.fill(gates.recurrentGradient(), firstEnding, end, 0f);
    Arrays.fill(gates.cellGradient(), firstEnding, end, 0f);
  }

  private void weightGradient(int positions, LstmGradient gradient) {
    Blas.transposedMultiply(
        width, gateWidth, positions, inputs, 0, preactivations, 0, 0f, gradient.matrix(), 0);
    if (onesFilled < positions) {
      ones.ensureCapacity(positions);
      float[] one = new float[positions];
      Arrays.fill(one, 1f);
      ones.write(0, one, 0, positions);
      onesFilled = positions;
    }
    Blas.columnSums(
        positions, gateWidth, preactivations, 0, ones, 0f, gradient.matrix(), gradient.biasAt());
    gradient.fetch();
    weights.unscale(gradient);
  }

  @Override
  public void close() {
    weights.close();
    inputs.close();
    preactivations.close();
    recurrentGradient.close();
    ones.close();
  }
}
