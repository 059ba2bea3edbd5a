package io.nightjar.network;

import java.io.Serializable;

/**
 * The sizes of a network.
 *
 * @param vocabularySize rows of the item matrix: the items and, at row 0, the padding
 * @param embedding numbers in an item vector
 * @param hidden cells of an LSTM layer
 * @param layers LSTM layers
 * @param tiedWeights whether the output layer's item vectors are the embedding's; needs {@code
 *     embedding = hidden}
 */
public record NetworkShape(
    int vocabularySize, int embedding, int hidden, int layers, boolean tiedWeights)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Checks the sizes. */
  public NetworkShape {
    if (vocabularySize < 2 || embedding < 1 || hidden < 1 || layers < 1) {
      throw new IllegalArgumentException(
          "A network needs at least one item, one embedding number, one cell and one layer; given "
              + vocabularySize
              + " rows, "
              + embedding
              + ", "
              + hidden
              + ", "
              + layers
              + ".");
    }
    if (tiedWeights && embedding != hidden) {
      throw new IllegalArgumentException(
          "Tied weights need embedding = hidden; given " + embedding + " and " + hidden + ".");
    }
  }
}
