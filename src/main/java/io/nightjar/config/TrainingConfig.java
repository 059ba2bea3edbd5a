package io.nightjar.config;

/** How the network is trained. {@code workers} is 0 for automatic. */
public record TrainingConfig(
    MasterKind master,
    int workers,
    int epochs,
    int batch,
    int averagingFrequency,
    double learningRate,
    double embeddingDropout,
    double outputDropout,
    int length) {

  static TrainingConfig from(Section section) {
    return new TrainingConfig(
        section.choice("master", MasterKind.class),
        section.countOrAuto("workers"),
        section.count("epochs", 1, 100_000),
        section.count("batch", 1, 1_000_000),
        section.count("averaging-frequency", 1, 1_000_000),
        section.number("learning-rate", 1e-9, 1e3),
        section.section("dropout").fraction("embedding"),
        section.section("dropout").fraction("output"),
        section.count("length", 2, 1_000_000));
  }
}
