package io.nightjar.network;

import java.io.Serializable;

/**
 * What keeps the network from learning its training data by heart.
 *
 * @param embeddingDropout probability in [0, 1) that a number of an input item vector is set to
 *     zero
 * @param hiddenDropout probability in [0, 1) that a number of the last layer's output is set to
 *     zero
 * @param l1 weight of the absolute-value penalty on weights that a mini-batch touches
 * @param l2 weight of the halved squared penalty on weights that a mini-batch touches
 * @param clipNorm the gradient of a mini-batch is scaled down to this Euclidean norm; 0 leaves it
 */
public record Regularization(
    double embeddingDropout, double hiddenDropout, double l1, double l2, double clipNorm)
    implements Serializable {

  public static final Regularization NONE = new Regularization(0, 0, 0, 0, 0);

  public Regularization {
    probability("embedding dropout", embeddingDropout);
    probability("hidden dropout", hiddenDropout);
    notNegative("l1", l1);
    notNegative("l2", l2);
    notNegative("clip norm", clipNorm);
  }

  private static void probability(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(
          name + " is " + value + "; it is the probability to drop, in 0 <= p < 1");
    }
  }

  private static void notNegative(String name, double value) {
    if (!(value >= 0)) {
      throw new IllegalArgumentException(name + " is " + value + "; it must be at least 0");
    }
  }
}
