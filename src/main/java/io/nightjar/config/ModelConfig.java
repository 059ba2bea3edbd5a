package io.nightjar.config;

/** The network: numbers in an item vector, cells of an LSTM layer, layers. */
public record ModelConfig(int embedding, int hidden, int layers) {

  static ModelConfig from(Section section) {
    return new ModelConfig(
        section.count("embedding", 1, 4096),
        section.count("hidden", 1, 4096),
        section.count("layers", 1, 3));
  }
}
