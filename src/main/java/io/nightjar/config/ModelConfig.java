package io.nightjar.config;

/**
 * The network.
 *
 * @param embedding numbers in an item vector
 * @param hidden cells of an LSTM layer
 * @param layers LSTM layers, 1 to 3
 * @param tieWeights whether input and output share one vector per item
 */
public record ModelConfig(int embedding, int hidden, int layers, boolean tieWeights) {
  static ModelConfig from(Section section) {
    int embedding = section.count("embedding", 1, 4096);
    int hidden = section.count("hidden", 1, 4096);
    boolean tieWeights = section.flag("tie-weights");
    if (tieWeights && embedding != hidden) {
      throw section.wrong(
          "tie-weights",
          "true with embedding = " + embedding + " and hidden = " + hidden,
          "false, or the same number for both");
    }
    return new ModelConfig(embedding, hidden, section.count("layers", 1, 3), tieWeights);
  }
}
