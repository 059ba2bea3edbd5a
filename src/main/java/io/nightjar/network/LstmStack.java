package io.nightjar.network;

import java.util.List;
import java.util.stream.IntStream;

/** The LSTM layers of a network, encoding without dropout and without the way back. */
final class LstmStack implements AutoCloseable {

  private final NetworkShape shape;
  private final List<LstmLayer> layers;
  private final FloatMatrix layerInput = new FloatMatrix(1);

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
    int width = shape.embedding();
    int positions = batch.positions();
    layerInput.ensureCapacity(positions * Math.max(width, shape.hidden()));
    for (int p = 0; p < positions; p++) {
      layerInput.write(p * width, inputRows, batch.item(p) * width, width);
    }
    float[] outputs = {};
    for (LstmLayer layer : layers) {
      layer.forward(batch, layerInput, null);
      outputs = layer.outputs();
      layerInput.write(0, outputs, 0, positions * shape.hidden());
    }
    return outputs;
  }

  @Override
  public void close() {
    layers.forEach(LstmLayer::close);
    layerInput.close();
  }
}
