package io.nightjar.network;

/**
 * Penalties and clipping: what happens to the gradient of a mini-batch between backpropagation and
 * the update.
 */
final class GradientShaping {

  private final float l1;
  private final float l2;
  private final double clipNorm;

  GradientShaping(Regularization regularization) {
    l1 = (float) regularization.l1();
    l2 = (float) regularization.l2();
    clipNorm = regularization.clipNorm();
  }

  /**
   * Shapes the gradient in place.
   *
   * @param input rows of the input table, or null where the output's are also the input's
   */
  void shape(SequenceLayers layers, RowGradients output, RowGradients input) {
    if (l1 > 0 || l2 > 0) {
      penalize(layers);
      output.penalize(l1, l2);
      if (input != null) {
        input.penalize(l1, l2);
      }
    }
    if (clipNorm > 0) {
      clip(layers, output, input);
    }
  }

  /** Adds {@code l2 w + l1 sign(w)} to a run of gradients. */
  static void penalize(
      float[] gradient,
      int gradientAt,
      float[] weights,
      int weightsAt,
      int count,
      float l1,
      float l2) {
    for (int i = 0; i < count; i++) {
      float w = weights[weightsAt + i];
      gradient[gradientAt + i] += l2 * w + l1 * Math.signum(w);
    }
  }

  private void penalize(SequenceLayers layers) {
    for (int i = 0; i < layers.weights().size(); i++) {
      LstmWeights weights = layers.weights().get(i);
      float[][] gradient = layers.gradients().get(i).arrays();
      penalize(gradient[0], 0, weights.input(), 0, gradient[0].length, l1, l2);
      penalize(gradient[1], 0, weights.recurrent(), 0, gradient[1].length, l1, l2);
    }
  }

  private void clip(SequenceLayers layers, RowGradients output, RowGradients input) {
    double squares = output.squaredNorm() + (input == null ? 0 : input.squaredNorm());
    for (LstmGradient layer : layers.gradients()) {
      for (float[] array : layer.arrays()) {
        squares += squaredNorm(array, array.length);
      }
    }
    double norm = Math.sqrt(squares);
    if (norm <= clipNorm) {
      return;
    }
    float factor = (float) (clipNorm / norm);
    output.scale(factor);
    if (input != null) {
      input.scale(factor);
    }
    for (LstmGradient layer : layers.gradients()) {
      for (float[] array : layer.arrays()) {
        scale(array, array.length, factor);
      }
    }
  }

  static double squaredNorm(float[] values, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += (double) values[i] * values[i];
    }
    return sum;
  }

  static void scale(float[] values, int count, float factor) {
    for (int i = 0; i < count; i++) {
      values[i] *= factor;
    }
  }
}
