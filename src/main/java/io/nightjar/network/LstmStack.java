package io.nightjar.network;

import java.util.List;
import java.util.stream.IntStream;

/** The LSTM layers of a network, encoding without dropout and without the way back. */
final class LstmStack implements AutoCloseable {

  private final NetworkShape shape;
  private final List<LstmLayer> layers;

  LstmStack(NetworkShape shape) {
    this.shape = shape;
    layers =
        IntStream.range(0, shape.layers())
            .mapToObj(i -> new LstmLayer(shape.inputOfLayer(i), shape.hidden()))
            .toList();
  }

  void load(List<LstmWeights> weights) {
    for (int i = 0; i < layers.size(); i++) {
      layers.get(i).load(weights.get(i));
    }
  }

  /**
   * Encodes a batch.
   *
   * @param inputRows {@code [vocabularySize][embedding]}
   * @return outputs of the last layer, {@code [positions][hidden]}; valid until the next call
   */
  float[] encode(PackedBatch batch, float[] inputRows) {
    return forward(batch, inputRows, null);
  }

  /**
   * Goes on with the sequences of a batch from where they stand.
   *
   * @param states {@code [sequences][layers x (outputs[hidden], cells[hidden])]}; changed to where
   *     the sequences stand after the batch
   */
  void advance(PackedBatch batch, float[] inputRows, float[][] states) {
    int hidden = shape.hidden();
    List<LstmState> ofLayers =
        IntStream.range(0, shape.layers()).mapToObj(layer -> new LstmState(hidden)).toList();
    for (int layer = 0; layer < shape.layers(); layer++) {
      LstmState state = ofLayers.get(layer);
      state.reset(states.length);
      for (int i = 0; i < states.length; i++) {
        state.set(i, states[i], 2 * layer * hidden);
      }
    }
    forward(batch, inputRows, ofLayers);
    for (int layer = 0; layer < shape.layers(); layer++) {
      LstmState state = ofLayers.get(layer);
      for (int i = 0; i < states.length; i++) {
        int to = 2 * layer * hidden;
        System.arraycopy(state.outputs(), i * hidden, states[i], to, hidden);
        System.arraycopy(state.cells(), i * hidden, states[i], to + hidden, hidden);
      }
    }
  }

  private float[] forward(PackedBatch batch, float[] inputRows, List<LstmState> states) {
    int width = shape.embedding();
    int positions = batch.positions();
    layers.forEach(layer -> layer.reserve(positions));
    for (int p = 0; p < positions; p++) {
      layers.get(0).setInput(p, inputRows, batch.item(p) * width);
    }
    float[] outputs = {};
    for (int i = 0; i < layers.size(); i++) {
      LstmLayer layer = layers.get(i);
      if (i > 0) {
        layer.setInputs(outputs, positions);
      }
      layer.forward(batch, states == null ? null : states.get(i));
      outputs = layer.outputs();
    }
    return outputs;
  }

  @Override
  public void close() {
    layers.forEach(LstmLayer::close);
  }
}
