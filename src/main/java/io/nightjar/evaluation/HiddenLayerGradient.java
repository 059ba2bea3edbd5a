package io.nightjar.evaluation;

import java.util.Arrays;

/**
 * A weighted sum of features with hidden units beside it, {@code w . x + sum of v max(0, b + W x)},
 * and the gradient of its loss. All its numbers stand in one array, as an optimizer wants them: the
 * sum's, then each unit's.
 */
final class HiddenLayerGradient {
  private final int units;
  private final int features;
  private final float[] numbers;

  /** All numbers are 0. */
  HiddenLayerGradient(int units, int features) {
    this.units = units;
    this.features = features;
    this.numbers = new float[features + units * (features + 2)];
  }

  /** The numbers themselves, to be changed. */
  float[] numbers() {
    return numbers;
  }

  /** Where a feature's weight in the sum stands. */
  int sumAt(int feature) {
    return feature;
  }

  /** Where a feature's weight in a unit stands. */
  int unitAt(int unit, int feature) {
    return features + unit * (features + 2) + feature;
  }

  /** Where a unit's bias stands. */
  int biasAt(int unit) {
    return unitAt(unit, features);
  }

  /** Where the weight of a unit in the score stands. */
  int outputAt(int unit) {
    return unitAt(unit, features + 1);
  }

  /**
   * Loss of a case, {@code -ln softmax} of the target's score.
   *
   * @param ofCase {@code [features][candidates]}, the target being candidate 0
   */
  double loss(float[][] ofCase) {
    return -Math.log(softmax(scores(ofCase, new float[units][ofCase[0].length]))[0]);
  }

  /**
   * Adds the gradient of the loss of a case.
   *
   * @param ofCase {@code [features][candidates]}, the target being candidate 0
   * @param gradient of each of the {@link #numbers}
   */
  void addGradient(float[][] ofCase, float[] gradient) {
    int candidates = ofCase[0].length;
    float[][] active = new float[units][candidates];
    float[] slopes = softmax(scores(ofCase, active));
    slopes[0] -= 1;
    for (int f = 0; f < features; f++) {
      gradient[sumAt(f)] += dot(slopes, ofCase[f]);
    }
    float[] ofUnit = new float[candidates];
    for (int u = 0; u < units; u++) {
      gradient[outputAt(u)] += dot(slopes, active[u]);
      float sum = 0;
      for (int c = 0; c < candidates; c++) {
        ofUnit[c] = active[u][c] > 0 ? slopes[c] * numbers[outputAt(u)] : 0;
        sum += ofUnit[c];
      }
      gradient[biasAt(u)] += sum;
      for (int f = 0; f < features; f++) {
        gradient[unitAt(u, f)] += dot(ofUnit, ofCase[f]);
      }
    }
  }

  /**
   * Scores of the candidates.
   *
   * @param active filled with what each unit says, {@code [units][candidates]}
   */
  private float[] scores(float[][] ofCase, float[][] active) {
    float[] scores = new float[ofCase[0].length];
    for (int f = 0; f < features; f++) {
      addProduct(numbers[sumAt(f)], ofCase[f], scores);
    }
    for (int u = 0; u < units; u++) {
      Arrays.fill(active[u], numbers[biasAt(u)]);
      for (int f = 0; f < features; f++) {
        addProduct(numbers[unitAt(u, f)], ofCase[f], active[u]);
      }
      for (int c = 0; c < scores.length; c++) {
        active[u][c] = Math.max(0f, active[u][c]);
      }
      addProduct(numbers[outputAt(u)], active[u], scores);
    }
    return scores;
  }

  private static float[] softmax(float[] scores) {
    float highest = Float.NEGATIVE_INFINITY;
    for (float score : scores) {
      highest = Math.max(highest, score);
    }
    float[] chances = new float[scores.length];
    double sum = 0;
    for (int c = 0; c < scores.length; c++) {
      chances[c] = (float) Math.exp(scores[c] - highest);
      sum += chances[c];
    }
    for (int c = 0; c < scores.length; c++) {
      chances[c] = (float) (chances[c] / sum);
    }
    return chances;
  }

  private static void addProduct(float factor, float[] of, float[] sums) {
    for (int c = 0; c < sums.length; c++) {
      sums[c] += factor * of[c];
    }
  }

  /** With four sums, which do not wait for each other. */
  private static float dot(float[] a, float[] b) {
    float first = 0;
    float second = 0;
    float third = 0;
    float fourth = 0;
    int c = 0;
    for (; c + 4 <= a.length; c += 4) {
      first += a[c] * b[c];
      second += a[c + 1] * b[c + 1];
      third += a[c + 2] * b[c + 2];
      fourth += a[c + 3] * b[c + 3];
    }
    for (; c < a.length; c++) {
      first += a[c] * b[c];
    }
    return first + second + third + fourth;
  }
}
