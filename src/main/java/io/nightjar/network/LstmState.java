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

  LstmState(int hidden) {
    this.hidden = hidden;
  }

  /** Sets every sequence of a new mini-batch to zero. */
  void reset(int sequences) {
    int length = sequences * hidden;
    if (outputs.length < length) {
      outputs = new float[length];
      cells = new float[length];
    } else {
      Arrays.fill(outputs, 0, length, 0f);
      Arrays.fill(cells, 0, length, 0f);
    }
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
