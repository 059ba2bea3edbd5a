package io.nightjar.config;

/**
 * Spark's alternating least squares on implicit feedback.
 *
 * @param rank numbers in a factor
 * @param alpha how much surer a seen pair is than an unseen one: confidence 1 + alpha x count
 */
public record AlsConfig(int rank, int iterations, double regularization, double alpha) {

  static AlsConfig from(Section section) {
    return new AlsConfig(
        section.count("rank", 1, 4096),
        section.count("iterations", 1, 1000),
        section.number("regularization", 0, 1e6),
        section.number("alpha", 0, 1e6));
  }
}
