package io.nightjar.evaluation;

import io.nightjar.network.Adam;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
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
    Random random = new Random(SEED);
    HiddenLayerGradient layer = new HiddenLayerGradient(UNITS, features);
    float[] numbers = layer.numbers();
    for (int f = 0; f < features; f++) {
      numbers[layer.sumAt(f)] = (float) (start[f] * spreads[f]);
    }
    for (int u = 0; u < UNITS; u++) {
      for (int f = 0; f < features; f++) {
        numbers[layer.unitAt(u, f)] = (float) (random.nextGaussian() / Math.sqrt(features));
      }
      numbers[layer.outputAt(u)] = (float) (random.nextGaussian() / 100);
    }
    List<float[][]> order = new ArrayList<>(scaled);
    int batch = Math.min(BATCH, order.size());
    int batches = order.size() / batch;
    float[] state = new float[ADAM.stateWidth(numbers.length)];
    for (int step = 0; step < EPOCHS * batches; step++) {
      int from = step % batches * batch;
      if (from == 0) {
        Collections.shuffle(order, random);
      }
      float[] gradient = gradient(layer, order.subList(from, from + batch));
      float size = (float) (FIRST_STEP * (1 - (step + 1.0) / (EPOCHS * batches)));
      ADAM.update(numbers, state, gradient, numbers.length, size);
    }
    return unscaled(layer);
  }

  /** The mean over the cases of a mini-batch, and the penalty's. */
  private float[] gradient(HiddenLayerGradient layer, List<float[][]> batch) {
    float[] numbers = layer.numbers();
    // Always the same shares in the same order: sums do not depend on how many threads there are.
    float[][] ofShares =
        IntStream.range(0, SHARES)
            .parallel()
            .mapToObj(
                share -> {
                  float[] ofShare = new float[numbers.length];
                  for (int i = share; i < batch.size(); i += SHARES) {
                    layer.addGradient(batch.get(i), ofShare);
                  }
                  return ofShare;
                })
            .toArray(float[][]::new);
    float[] gradient = new float[numbers.length];
    for (float[] ofShare : ofShares) {
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] += ofShare[i] / batch.size();
      }
    }
    for (int u = 0; u < UNITS; u++) {
      for (int f = 0; f < features; f++) {
        gradient[layer.unitAt(u, f)] += (float) (PENALTY * numbers[layer.unitAt(u, f)]);
      }
      gradient[layer.outputAt(u)] += (float) (PENALTY * numbers[layer.outputAt(u)]);
    }
    return gradient;
  }

  private Fitted unscaled(HiddenLayerGradient layer) {
    float[] numbers = layer.numbers();
    Fitted fitted =
        new Fitted(
            new double[features],
            new double[UNITS][features],
            new double[UNITS],
            new double[UNITS]);
    for (int f = 0; f < features; f++) {
      fitted.weights[f] = numbers[layer.sumAt(f)] / spreads[f];
    }
    for (int u = 0; u < UNITS; u++) {
      fitted.bias[u] = numbers[layer.biasAt(u)];
      fitted.outputs[u] = numbers[layer.outputAt(u)];
      for (int f = 0; f < features; f++) {
        fitted.units[u][f] = numbers[layer.unitAt(u, f)] / spreads[f];
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
}
