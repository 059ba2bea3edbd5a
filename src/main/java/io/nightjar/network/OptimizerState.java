package io.nightjar.network;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What an {@link Optimizer} remembers of every weight of a network.
 *
 * @param inputRows state of the input rows, {@code [vocabularySize][stateWidth(embedding)]}; that
 *     of the output rows where weights are tied
 * @param outputRows state of the output rows and their bias, {@code
 *     [vocabularySize][stateWidth(hidden + 1)]}
 * @param lstm state of each array of each layer, in the order of {@link LstmWeights#arrays()}
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody; the arrays are the point.
public record OptimizerState(float[] inputRows, float[] outputRows, List<float[]> lstm)
    implements Serializable {

  /** The state before the first step: all zero. */
  public static OptimizerState initial(NetworkShape shape, Optimizer optimizer) {
    int items = shape.vocabularySize();
    float[] output = new float[Math.multiplyExact(items, optimizer.stateWidth(shape.hidden() + 1))];
    float[] input =
        shape.tiedWeights()
            ? output
            : new float[Math.multiplyExact(items, optimizer.stateWidth(shape.embedding()))];
    List<float[]> lstm = new ArrayList<>();
    for (int i = 0; i < shape.layers(); i++) {
      for (float[] weights : LstmWeights.zeros(shape.inputOfLayer(i), shape.hidden()).arrays()) {
        lstm.add(new float[optimizer.stateWidth(weights.length)]);
      }
    }
    return new OptimizerState(input, output, List.copyOf(lstm));
  }

  /** Arrays of their own with the same numbers. */
  public OptimizerState copy() {
    float[] output = outputRows.clone();
    return new OptimizerState(
        inputRows == outputRows ? output : inputRows.clone(),
        output,
        lstm.stream().map(float[]::clone).toList());
  }
}
