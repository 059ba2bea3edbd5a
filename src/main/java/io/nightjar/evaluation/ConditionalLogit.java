package io.nightjar.evaluation;

import java.util.List;

/**
 * Conditional logit (McFadden 1974): the weights of features under which the targets are likeliest
 * to be chosen among their candidates. The loss, {@code -ln softmax(sum of weight x feature)} of
 * the target, is convex in the weights, so Newton's method finds the one best answer in a few steps
 * wherever it starts.
 */
final class ConditionalLogit {
  private static final int MOST_STEPS = 50;
  private static final int MOST_HALVINGS = 20;
  private static final double LEAST_GAIN = 1e-9;

  private final List<float[][]> cases;
  private final boolean[] used;
  private final int features;
  private final double[] penalties;

  /**
   * @param cases {@code [features][candidates]} each, the target being candidate 0
   * @param used which features may have a weight; the others' stay 0
   * @param penalty on the squares of the weights, each in units of how much its feature varies
   *     among candidates; keeps weights small that the cases say little about
   */
  private ConditionalLogit(List<float[][]> cases, boolean[] used, double penalty) {
    this.cases = cases;
    this.used = used;
    this.features = used.length;
    this.penalties = new double[features];
    Step flat = total(new double[features]);
    for (int f = 0; f < features; f++) {
      penalties[f] = penalty * flat.curvature[f * features + f];
    }
  }

  /**
   * What was found.
   *
   * @param weights one for each feature
   * @param loss mean over the cases, penalty included
   */
  record Fitted(double[] weights, double loss) {}

  /** Fits the weights of the used features. */
  static Fitted fit(List<float[][]> cases, boolean[] used, double penalty) {
    return new ConditionalLogit(cases, used, penalty).fit();
  }

  private Fitted fit() {
    double[] weights = new double[features];
    Step here = total(weights);
    for (int step = 0; step < MOST_STEPS; step++) {
      double[] direction = NormalEquations.solve(here.curvature, here.gradient);
      double size = 1;
      Step there = total(moved(weights, direction, size));
      for (int h = 0; h < MOST_HALVINGS && there.loss > here.loss; h++) {
        size /= 2;
        there = total(moved(weights, direction, size));
      }
      if (!(there.loss < here.loss - LEAST_GAIN)) {
        break;
      }
      weights = moved(weights, direction, size);
      here = there;
    }
    return new Fitted(weights, here.loss);
  }

  private double[] moved(double[] weights, double[] direction, double size) {
    double[] moved = weights.clone();
    for (int f = 0; f < features; f++) {
      moved[f] -= used[f] ? size * direction[f] : 0;
    }
    return moved;
  }

  /** Loss, gradient and curvature at some weights: means over the cases, and the penalty. */
  private Step total(double[] weights) {
    // In the order of the cases, so that the same cases give the same weights to the last digit.
    Step[] ofCases =
        cases.parallelStream().map(ofCase -> step(ofCase, weights)).toArray(Step[]::new);
    Step total = new Step(features);
    for (Step ofCase : ofCases) {
      total.add(ofCase, 1.0 / ofCases.length);
    }
    for (int f = 0; f < features; f++) {
      total.loss += penalties[f] * weights[f] * weights[f] / 2;
      total.gradient[f] += penalties[f] * weights[f];
      total.curvature[f * features + f] += penalties[f];
      if (!used[f]) {
        total.leaveOut(f, features);
      }
    }
    return total;
  }

  private Step step(float[][] ofCase, double[] weights) {
    double[] chances = chances(ofCase, weights);
    Step step = new Step(features);
    step.loss = -Math.log(Math.max(Double.MIN_NORMAL, chances[0]));
    double[] means = new double[features];
    for (int f = 0; f < features; f++) {
      for (int c = 0; c < chances.length; c++) {
        means[f] += chances[c] * ofCase[f][c];
      }
      step.gradient[f] = means[f] - ofCase[f][0];
    }
    for (int f = 0; f < features; f++) {
      for (int g = 0; g <= f; g++) {
        double covariance = 0;
        for (int c = 0; c < chances.length; c++) {
          covariance += chances[c] * (ofCase[f][c] - means[f]) * (ofCase[g][c] - means[g]);
        }
        step.curvature[f * features + g] = covariance;
      }
    }
    return step;
  }

  /** The softmax over a case's candidates. */
  private double[] chances(float[][] ofCase, double[] weights) {
    double[] chances = new double[ofCase[0].length];
    double highest = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < chances.length; c++) {
      for (int f = 0; f < features; f++) {
        chances[c] += weights[f] * ofCase[f][c];
      }
      highest = Math.max(highest, chances[c]);
    }
    double sum = 0;
    for (int c = 0; c < chances.length; c++) {
      chances[c] = Math.exp(chances[c] - highest);
      sum += chances[c];
    }
    for (int c = 0; c < chances.length; c++) {
      chances[c] /= sum;
    }
    return chances;
  }

  /** Loss, its gradient, and the lower half of its curvature, row-major. */
  private static final class Step {
    private double loss;
    private final double[] gradient;
    private final double[] curvature;

    Step(int features) {
      gradient = new double[features];
      curvature = new double[features * features];
    }

    void add(Step other, double share) {
      loss += share * other.loss;
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] += share * other.gradient[i];
      }
      for (int i = 0; i < curvature.length; i++) {
        curvature[i] += share * other.curvature[i];
      }
    }

    /** Makes the equations of a feature say nothing but that it does not move. */
    void leaveOut(int feature, int features) {
      gradient[feature] = 0;
      for (int other = 0; other < features; other++) {
        curvature[feature * features + other] = 0;
        curvature[other * features + feature] = 0;
      }
      curvature[feature * features + feature] = 1;
    }
  }
}
