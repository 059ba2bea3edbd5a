package io.nightjar.network;

import java.io.Serializable;

/**
 * The size of a next-item network: item vectors, then a stack of LSTM layers, then one score per
 * item.
 *
 * @param vocabularySize rows of the item tables: index 0 is padding and never an item, the items
 *     are 1 .. vocabularySize - 1
 * @param embedding length of an input item vector
 * @param hidden units of each LSTM layer, and length of an output item vector
 * @param layers LSTM layers, 1 to 3
 * @param tiedWeights whether input and output share one vector per item; needs embedding = hidden
 */
public record NetworkShape(
    int vocabularySize, int embedding, int hidden, int layers, boolean tiedWeights)
    implements Serializable {

  /**
   * A float holds every integer up to this one, and DL4J's batches carry item indices as floats.
   */
  public static final int MAX_VOCABULARY_SIZE = 1 << 24;

  /** More layers than this only make a session model slower. */
  public static final int MAX_LAYERS = 3;

  public NetworkShape {
    require(
        vocabularySize >= 2 && vocabularySize <= MAX_VOCABULARY_SIZE,
        "vocabulary size (items + 1) is %d; it must be between 2 and %d"
            .formatted(vocabularySize, MAX_VOCABULARY_SIZE));
    require(embedding >= 1, "embedding is %d; it must be at least 1".formatted(embedding));
    require(hidden >= 1, "hidden is %d; it must be at least 1".formatted(hidden));
    require(
        layers >= 1 && layers <= MAX_LAYERS,
        "layers is %d; it must be between 1 and %d".formatted(layers, MAX_LAYERS));
    require(
        !tiedWeights || embedding == hidden,
        "tied weights need embedding = hidden, but embedding is %d and hidden is %d"
            .formatted(embedding, hidden));
    int width = Math.max(embedding, hidden);
    require(
        (long) vocabularySize * width <= Integer.MAX_VALUE - 8,
        "%d items x %d numbers do not fit into one array; use fewer items or smaller vectors"
            .formatted(vocabularySize, width));
  }

  /** The same network with another number of item rows. */
  public NetworkShape withVocabularySize(int size) {
    return new NetworkShape(size, embedding, hidden, layers, tiedWeights);
  }

  /** Length of the input of an LSTM layer. */
  public int inputOfLayer(int layer) {
    return layer == 0 ? embedding : hidden;
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
