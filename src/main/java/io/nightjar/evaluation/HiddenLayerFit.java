package io.nightjar.evaluation;

import io.nightjar.network.Adam;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Adds a hidden layer to a weighted sum of features, so that a feature can mean more beside one
 * value of another than beside another: {@code w . x + sum of v max(0, b + W x)}, the sum and the
 * layer fitted together (wide and deep: Cheng et al., DLRS 2016) to make the targets likeliest
 * among their candidates (ListNet with one relevant item: Cao et al., ICML 2007), by Adam on
 * mini-batches of cases.
 *
 * <p>The same cases give the same weights to the last digit.
 */
final class HiddenLayerFit {
  private static final int UNITS = 16;

  private static final int EPOCHS = 25;
  private static final int BATCH = 64;

  /** Parts of a mini-batch that are worked on at the same time. */
  private static final int SHARES = 4;

  private static final double FIRST_STEP = 5e-3;

  /** On the squares of the hidden units' weights, which are in units of the features' spreads. */
  private static final double PENALTY = 1e-3;

  private static final Adam ADAM = new Adam(0.9, 0.999);
  private static final long SEED = 1;

  private final List<float[][]> cases;
  private final int features;
  private final double[] means;
  private final double[] spreads;

  /** The features, each with mean 0 and spread 1 among all candidates. */
  private final List<float[][]> scaled;

  private HiddenLayerFit(List<float[][]> cases) {
    this.cases = cases;
    this.features = cases.get(0).length;
    this.means = new double[features];
    this.spreads = new double[features];
    for (int f = 0; f < features; f++) {
      measure(f);
    }
    this.scaled = cases.parallelStream().map(this::scaled).toList();
  }

  /**
   * What was found.
   *
   * @param weights of the sum, one for each feature
   * @param units {@code [units][features]}
   * @param bias one for each unit
   * @param outputs weight of each unit
   */
  record Fitted(double[] weights, double[][] units, double[] bias, double[] outputs) {}

  /**
   * Fits the layer.
   *
   * @param cases {@code [features][candidates]} each, the target being candidate 0
   * @param start weights of the sum to begin with
   */
  static Fitted fit(List<float[][]> cases, double[] start) {
    return new HiddenLayerFit(cases).fit(start);
  }

  private Fitted fit(double[] start) {
    SplittableRandom random = new SplittableRandom(SEED);
    Layer layer = new Layer(features);
    for (int f = 0; f < features; f++) {
      layer.numbers[layer.sumAt(f)] = (float) (start[f] * spreads[f]);
    }
    for (int u = 0; u < UNITS; u++) {
      for (int f = 0; f < features; f++) {
        layer.numbers[layer.unitAt(u, f)] = (float) (gaussian(random) / Math.sqrt(features));
      }
      layer.numbers[layer.outputAt(u)] = (float) (gaussian(random) / 100);
    }
    int[] order = IntStream.range(0, cases.size()).toArray();
    int batch = Math.min(BATCH, order.length);
    int steps = EPOCHS * (order.length / batch);
    float[] state = new float[ADAM.stateWidth(layer.numbers.length)];
    for (int step = 0; step < steps; step++) {
      int at = step % (order.length / batch);
      if (at == 0) {
        shuffle(order, random);
      }
      float[] gradient = gradient(layer, Arrays.copyOfRange(order, at * batch, (at + 1) * batch));
      float size = (float) (FIRST_STEP * (1 - (step + 1.0) / steps));
      ADAM.update(layer.numbers, state, gradient, gradient.length, size);
    }
    return unscaled(layer);
  }

  /** The mean over the cases of a mini-batch, and the penalty's. */
  private float[] gradient(Layer layer, int[] batch) {
    // Always the same shares in the same order: sums do not depend on how many threads there are.
    float[][] ofShares =
        IntStream.range(0, SHARES)
            .parallel()
            .mapToObj(
                share -> {
                  float[] ofShare = new float[layer.numbers.length];
                  for (int i = share; i < batch.length; i += SHARES) {
                    layer.addGradient(scaled.get(batch[i]), ofShare);
                  }
                  return ofShare;
                })
            .toArray(float[][]::new);
    float[] gradient = new float[layer.numbers.length];
    for (float[] ofShare : ofShares) {
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] += ofShare[i] / batch.length;
      }
    }
    for (int u = 0; u < UNITS; u++) {
      for (int f = 0; f < features; f++) {
        gradient[layer.unitAt(u, f)] += (float) (PENALTY * layer.numbers[layer.unitAt(u, f)]);
      }
      gradient[layer.outputAt(u)] += (float) (PENALTY * layer.numbers[layer.outputAt(u)]);
    }
    return gradient;
  }

  private Fitted unscaled(Layer layer) {
    Fitted fitted =
        new Fitted(
            new double[features],
            new double[UNITS][features],
            new double[UNITS],
            new double[UNITS]);
    for (int f = 0; f < features; f++) {
      fitted.weights[f] = layer.numbers[layer.sumAt(f)] / spreads[f];
    }
    for (int u = 0; u < UNITS; u++) {
      fitted.bias[u] = layer.numbers[layer.biasAt(u)];
      fitted.outputs[u] = layer.numbers[layer.outputAt(u)];
      for (int f = 0; f < features; f++) {
        fitted.units[u][f] = layer.numbers[layer.unitAt(u, f)] / spreads[f];
        fitted.bias[u] -= fitted.units[u][f] * means[f];
      }
    }
    return fitted;
  }

  private void measure(int feature) {
    double sum = 0;
    long count = 0;
    for (float[][] each : cases) {
      for (float value : each[feature]) {
        sum += value;
      }
      count += each[feature].length;
    }
    means[feature] = sum / count;
    double squares = 0;
    for (float[][] each : cases) {
      for (float value : each[feature]) {
        squares += (value - means[feature]) * (value - means[feature]);
      }
    }
    double spread = Math.sqrt(squares / count);
    spreads[feature] = spread > 0 ? spread : 1;
  }

  private float[][] scaled(float[][] ofCase) {
    float[][] scaled = new float[features][ofCase[0].length];
    for (int f = 0; f < features; f++) {
      for (int c = 0; c < scaled[f].length; c++) {
        scaled[f][c] = (float) ((ofCase[f][c] - means[f]) / spreads[f]);
      }
    }
    return scaled;
  }

  private static void shuffle(int[] order, SplittableRandom random) {
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int moved = order[i];
      order[i] = order[j];
      order[j] = moved;
    }
  }

  /** Box and Muller 1958. */
  private static double gaussian(SplittableRandom random) {
    double radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
    return radius * Math.cos(2 * Math.PI * random.nextDouble());
  }

  /** All numbers that are fitted in one array: the sum's, then each unit's. */
  private static final class Layer {
    private final int features;
    private final float[] numbers;

    Layer(int features) {
      this.features = features;
      this.numbers = new float[features + UNITS * (features + 2)];
    }

    int sumAt(int feature) {
      return feature;
    }

    int unitAt(int unit, int feature) {
      return features + unit * (features + 2) + feature;
    }

    int biasAt(int unit) {
      return unitAt(unit, features);
    }

    int outputAt(int unit) {
      return unitAt(unit, features + 1);
    }

    /** Adds the gradient of {@code -ln softmax} of the target's score. */
    void addGradient(float[][] ofCase, float[] gradient) {
      int candidates = ofCase[0].length;
      float[][] active = new float[UNITS][candidates];
      float[] scores = new float[candidates];
      for (int f = 0; f < features; f++) {
        addProduct(numbers[sumAt(f)], ofCase[f], scores);
      }
      for (int u = 0; u < UNITS; u++) {
        Arrays.fill(active[u], numbers[biasAt(u)]);
        for (int f = 0; f < features; f++) {
          addProduct(numbers[unitAt(u, f)], ofCase[f], active[u]);
        }
        for (int c = 0; c < candidates; c++) {
          active[u][c] = Math.max(0f, active[u][c]);
        }
        addProduct(numbers[outputAt(u)], active[u], scores);
      }

      float[] slopes = softmax(scores);
      slopes[0] -= 1;
      for (int f = 0; f < features; f++) {
        gradient[sumAt(f)] += dot(slopes, ofCase[f]);
      }
      float[] ofUnit = new float[candidates];
      for (int u = 0; u < UNITS; u++) {
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
}
