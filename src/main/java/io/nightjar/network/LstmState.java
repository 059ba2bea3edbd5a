package io.nightjar.network;

import java.util.Arrays;

/**
 * Where the sequences of a mini-batch stand in one LSTM layer, carried from one window of time
 * steps to the next.
 */
final class LstmState {

  private final int hidden;
  private float[] outputs = {};
  private float[] cells = {};
  private boolean zero = true;

  LstmState(int hidden) {
    this.hidden = hidden;
  }

  /** Sets every sequence of a new mini-batch to zero. */
  void reset(int sequences) {
    zero = true;
    int length = sequences * hidden;
    if (outputs.length < length) {
      outputs = new float[length];
      cells = new float[length];
    } else {
      Arrays.fill(outputs, 0, length, 0f);
      Arrays.fill(cells, 0, length, 0f);
    }
  }

  /** Whether every sequence still stands where {@link #reset} put it. */
  boolean isZero() {
    return zero;
  }

  /** Puts a sequence somewhere: {@code hidden} outputs, then as many cells. */
  void set(int sequence, float[] values, int from) {
    zero = false;
    System.arraycopy(values, from, outputs, sequence * hidden, hidden);
    System.arraycopy(values, from + hidden, cells, sequence * hidden, hidden);
  }

  /** {@code [sequences][hidden]}. */
  float[] outputs() {
    return outputs;
  }

  /** {@code [sequences][hidden]}. */
  float[] cells() {
    return cells;
  }

  /** Remembers the last step of every sequence that has one in this window. */
  void keep(PackedBatch batch, float[] newOutputs, float[] newCells) {
    zero = false;
    for (int t = 0; t < batch.steps(); t++) {
      for (int row = batch.active(t + 1); row < batch.active(t); row++) {
        int from = (batch.offset(t) + row) * hidden;
        int to = batch.sequence(row) * hidden;
        System.arraycopy(newOutputs, from, outputs, to, hidden);
        System.arraycopy(newCells, from, cells, to, hidden);
      }
    }
  }
}
