package io.nightjar.evaluation;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Moves the weights of features to where targets rank higher: ApproxNDCG (Qin, Liu and Li, A
 * general approximation framework for direct optimization of information retrieval measures,
 * Information Retrieval 2010), with one relevant item per case. A target's rank is 1 + the number
 * of candidates above it; with a sigmoid of the difference of the scores instead of the count it
 * has a gradient, and the mean of {@code 1 / log2(1 + rank)} is climbed by Adam's steps (Kingma and
 * Ba 2015) that shrink to nothing.
 *
 * <p>The hill has more than one top: it is climbed from the weights that make the targets likeliest
 * ({@link ConditionalLogit}).
 */
final class NdcgAscent {
  /** Difference of two scores, in the units of the start, from which one counts as above. */
  private static final double SMOOTHING = 0.2;

  private static final int STEPS = 60;
  private static final double FIRST_STEP = 0.1;
  private static final double MEAN_DECAY = 0.9;
  private static final double SQUARE_DECAY = 0.99;
  private static final double EPSILON = 1e-8;

  private final List<float[][]> cases;

  /** Standard deviation of each feature among all candidates: steps are taken in these units. */
  private final double[] spread;

  private NdcgAscent(List<float[][]> cases) {
    this.cases = cases;
    this.spread = spread(cases);
  }

  /**
   * Climbs from a start.
   *
   * @param cases {@code [features][candidates]} each, the target being candidate 0
   * @param start weights, none below 0
   * @return weights, none below 0; a feature whose weight starts at 0 may get one
   */
  static double[] climb(List<float[][]> cases, double[] start) {
    return new NdcgAscent(cases).climb(start);
  }

  private double[] climb(double[] start) {
    int features = start.length;
    double[] weights = start.clone();
    double[] means = new double[features];
    double[] squares = new double[features];
    for (int step = 1; step <= STEPS; step++) {
      double[] gradient = gradient(weights);
      double size = FIRST_STEP * (1 - (step - 1.0) / STEPS);
      for (int f = 0; f < features; f++) {
        double slope = gradient[f] * spread[f];
        means[f] = MEAN_DECAY * means[f] + (1 - MEAN_DECAY) * slope;
        squares[f] = SQUARE_DECAY * squares[f] + (1 - SQUARE_DECAY) * slope * slope;
        double mean = means[f] / (1 - Math.pow(MEAN_DECAY, step));
        double square = squares[f] / (1 - Math.pow(SQUARE_DECAY, step));
        if (spread[f] > 0) {
          weights[f] += size * mean / (Math.sqrt(square) + EPSILON) / spread[f];
          weights[f] = Math.max(0, weights[f]);
        }
      }
    }
    return weights;
  }

  /** The gradient of the mean smoothed NDCG, by weight. */
  private double[] gradient(double[] weights) {
    // In the order of the cases, so that the same cases give the same weights to the last digit.
    double[][] ofCases =
        cases.parallelStream().map(ofCase -> gradient(ofCase, weights)).toArray(double[][]::new);
    double[] gradient = new double[weights.length];
    for (double[] ofCase : ofCases) {
      for (int f = 0; f < gradient.length; f++) {
        gradient[f] += ofCase[f] / ofCases.length;
      }
    }
    return gradient;
  }

  private static double[] gradient(float[][] ofCase, double[] weights) {
    int candidates = ofCase[0].length;
    double[] slopes = new double[candidates];
    double rank = 1;
    for (int c = 1; c < candidates; c++) {
      double lead = 0;
      for (int f = 0; f < weights.length; f++) {
        lead += weights[f] * (ofCase[f][c] - ofCase[f][0]);
      }
      double above = 1 / (1 + Math.exp(-lead / SMOOTHING));
      rank += above;
      slopes[c] = above * (1 - above) / SMOOTHING;
    }
    // d/drank of 1 / log2(1 + rank)
    double logarithm = Math.log1p(rank);
    double outer = -Math.log(2) / (logarithm * logarithm * (1 + rank));
    double[] gradient = new double[weights.length];
    for (int f = 0; f < weights.length; f++) {
      for (int c = 1; c < candidates; c++) {
        gradient[f] += outer * slopes[c] * (ofCase[f][c] - ofCase[f][0]);
      }
    }
    return gradient;
  }

  private static double[] spread(List<float[][]> cases) {
    int features = cases.get(0).length;
    double[] spread = new double[features];
    for (int f = 0; f < features; f++) {
      int feature = f;
      double[] all =
          cases.stream()
              .map(ofCase -> ofCase[feature])
              .flatMapToDouble(
                  values -> IntStream.range(0, values.length).mapToDouble(i -> values[i]))
              .toArray();
      double mean = Arrays.stream(all).average().orElse(0);
      spread[f] =
          Math.sqrt(Arrays.stream(all).map(x -> (x - mean) * (x - mean)).average().orElse(0));
    }
    return spread;
  }
}
