package io.nightjar.training;

import io.nightjar.network.NetworkParameters;
import io.nightjar.network.NetworkShape;
import io.nightjar.network.OptimizerState;
import java.util.Arrays;
import java.util.Map;

/**
 * Goes on from the previous model under a vocabulary that has grown at its end: known items keep
 * their index, vectors and optimizer state; a new item starts from the mean vector of the items
 * that it occurs with.
 */
public final class WarmStart {

  private WarmStart() {}

  /**
   * Makes room for new items.
   *
   * @param previous the previous model
   * @param vocabularySize of the new vocabulary, padding included; at least the previous one
   * @param companions indices of the items that each new item occurs with, as often as it does; a
   *     new item without any known companion starts from the mean vector of all known items
   */
  public static TrainingState grow(
      TrainingState previous, int vocabularySize, Map<Integer, int[]> companions) {
    NetworkParameters old = previous.parameters();
    NetworkShape oldShape = old.shape();
    if (vocabularySize < oldShape.vocabularySize()) {
      throw new IllegalArgumentException(
          "the previous model knows %d items, the new vocabulary only %d: a warm start needs one that has grown at its end"
              .formatted(oldShape.vocabularySize() - 1, vocabularySize - 1));
    }
    NetworkShape shape = oldShape.withVocabularySize(vocabularySize);
    float[] output = grown(old.outputRows(), oldShape, shape, shape.hidden(), companions);
    float[] input =
        shape.tiedWeights()
            ? output
            : grown(old.inputRows(), oldShape, shape, shape.embedding(), companions);
    float[] bias = Arrays.copyOf(old.outputBias(), vocabularySize);
    float[] outputState = grownState(previous.optimizer().outputRows(), oldShape, shape);
    float[] inputState =
        shape.tiedWeights()
            ? outputState
            : grownState(previous.optimizer().inputRows(), oldShape, shape);
    return new TrainingState(
        new NetworkParameters(shape, input, output, bias, old.lstm()),
        new OptimizerState(inputState, outputState, previous.optimizer().lstm()));
  }

  private static float[] grown(
      float[] rows,
      NetworkShape oldShape,
      NetworkShape shape,
      int width,
      Map<Integer, int[]> companions) {
    int known = oldShape.vocabularySize();
    float[] grown = Arrays.copyOf(rows, Math.multiplyExact(shape.vocabularySize(), width));
    float[] meanOfAll = new float[width];
    for (int item = 1; item < known; item++) {
      addTo(meanOfAll, rows, item * width, 1f / (known - 1));
    }
    for (int item = known; item < shape.vocabularySize(); item++) {
      int[] with =
          Arrays.stream(companions.getOrDefault(item, new int[0]))
              .filter(companion -> companion > 0 && companion < known)
              .toArray();
      float[] start = with.length == 0 ? meanOfAll : new float[width];
      for (int companion : with) {
        addTo(start, rows, companion * width, 1f / with.length);
      }
      System.arraycopy(start, 0, grown, item * width, width);
    }
    return grown;
  }

  /** New items have no history: their optimizer state is that of the first step. */
  private static float[] grownState(float[] state, NetworkShape oldShape, NetworkShape shape) {
    int width = state.length / oldShape.vocabularySize();
    return Arrays.copyOf(state, Math.multiplyExact(shape.vocabularySize(), width));
  }

  private static void addTo(float[] sum, float[] rows, int at, float share) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += share * rows[at + i];
    }
  }
}
