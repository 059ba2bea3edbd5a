package io.nightjar.network;

import java.util.ArrayList;
import java.util.List;

/** The LSTM layers of a network in training: forward, backward, update. For one thread. */
final class SequenceLayers implements AutoCloseable {

  private final NetworkShape shape;
  private final List<LstmWeights> weights;
  private final List<float[]> state;
  private final List<LstmLayer> layers = new ArrayList<>();
  private final List<LstmGradient> gradients = new ArrayList<>();
  private final List<LstmState> carried = new ArrayList<>();
  private final FloatMatrix inputGradient = new FloatMatrix(1);
  private float[] heapInputGradient = {};

  /**
   * @param weights updated in place
   * @param state optimizer state as in {@link OptimizerState#lstm()}, updated in place
   */
  SequenceLayers(NetworkShape shape, List<LstmWeights> weights, List<float[]> state) {
    this.shape = shape;
    this.weights = weights;
    this.state = state;
    for (int i = 0; i < shape.layers(); i++) {
      layers.add(new LstmLayer(shape.inputOfLayer(i), shape.hidden()));
      layers.get(i).load(weights.get(i));
      gradients.add(new LstmGradient(shape.inputOfLayer(i), shape.hidden()));
      carried.add(new LstmState(shape.hidden()));
    }
  }

  /** Makes room for a window, whose inputs are then to be set. */
  void reserve(int positions) {
    layers.forEach(layer -> layer.reserve(positions));
  }

  /** Sets the input of a position to {@code embedding} numbers. */
  void setInput(int position, float[] values, int from) {
    layers.get(0).setInput(position, values, from);
  }

  /** Every sequence of the next mini-batch starts from zero. */
  void reset(int sequences) {
    carried.forEach(layer -> layer.reset(sequences));
  }

  /**
   * Runs a window of time steps.
   *
   * @return outputs of the last layer, {@code [positions][hidden]}, which the caller may overwrite;
   *     valid until the next call
   */
  float[] forward(PackedBatch batch) {
    float[] outputs = {};
    for (int i = 0; i < layers.size(); i++) {
      if (i > 0) {
        layers.get(i).setInputs(outputs, batch.positions());
      }
      layers.get(i).forward(batch, carried.get(i));
      outputs = layers.get(i).outputs();
    }
    return outputs;
  }

  /**
   * Runs the same window backward.
   *
   * @param upstream gradient of what {@link #forward} returned
   * @param cut how many steps the gradient goes back at most
   * @return gradient of the input, {@code [positions][embedding]}; valid until the next call
   */
  float[] backward(PackedBatch batch, float[] upstream, int cut) {
    float[] gradient = upstream;
    for (int i = layers.size() - 1; i >= 0; i--) {
      int length = batch.positions() * shape.inputOfLayer(i);
      inputGradient.ensureCapacity(length);
      layers.get(i).backward(batch, gradient, cut, gradients.get(i), inputGradient);
      if (heapInputGradient.length < length) {
        heapInputGradient = new float[length + length / 4];
      }
      inputGradient.read(0, heapInputGradient, 0, length);
      gradient = heapInputGradient;
    }
    return gradient;
  }

  /** The gradients of the last backward pass, layer by layer. */
  List<LstmGradient> gradients() {
    return gradients;
  }

  /** The weights, layer by layer. */
  List<LstmWeights> weights() {
    return weights;
  }

  /** Their optimizer state, as in {@link OptimizerState#lstm()}. */
  List<float[]> state() {
    return state;
  }

  /** Updates the weights by the gradients of the last backward pass. */
  void update(Optimizer optimizer, float learningRate) {
    for (int i = 0; i < layers.size(); i++) {
      float[][] layerWeights = weights.get(i).arrays();
      float[][] layerGradient = gradients.get(i).arrays();
      for (int array = 0; array < layerWeights.length; array++) {
        optimizer.update(
            layerWeights[array],
            state.get(i * layerWeights.length + array),
            layerGradient[array],
            layerWeights[array].length,
            learningRate);
      }
      layers.get(i).load(weights.get(i));
    }
  }

  @Override
  public void close() {
    layers.forEach(LstmLayer::close);
    gradients.forEach(LstmGradient::close);
    inputGradient.close();
  }
}
