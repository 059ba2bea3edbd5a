package io.nightjar.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class GradientTest {

  private static final long SEED = 11;

  @ParameterizedTest
  @CsvSource({"1, 6, 9", "2, 8, 8", "3, 7, 5"})
  void fullSoftmaxGradientsAreThoseOfTheStockNetwork(int layers, int embedding, int hidden) {
    NetworkShape shape = new NetworkShape(23, embedding, hidden, layers, false);
    MultiLayerNetwork network = StockNetwork.create(shape, SEED);
    NetworkParameters parameters = NetworkParameters.from(network, false);
    int[][] sequences = longEnough(SequenceEncoderTest.randomSequences(7, 9, 23, 2));

    NetworkParameters expected = stockGradient(network, shape, sequences);
    NetworkParameters actual =
        fusedGradient(parameters, sequences, Objective.fullSoftmax(), Integer.MAX_VALUE);

    assertThat(relativeError(actual.inputRows(), expected.inputRows())).isLessThan(1e-4);
    assertThat(relativeError(actual.outputRows(), expected.outputRows())).isLessThan(1e-4);
    assertThat(relativeError(actual.outputBias(), expected.outputBias())).isLessThan(1e-4);
    for (int i = 0; i < layers; i++) {
      float[][] expectedArrays = expected.lstm().get(i).arrays();
      float[][] actualArrays = actual.lstm().get(i).arrays();
      for (int array = 0; array < expectedArrays.length; array++) {
        assertThat(relativeError(actualArrays[array], expectedArrays[array])).isLessThan(1e-4);
      }
    }
  }

  /** Leaves the gradient in place of the weights. */
  private record GradientKeeper() implements Optimizer {
    @Override
    public int stateWidth(int weights) {
      return 0;
    }

    @Override
    public void update(
        float[] weights, float[] state, float[] gradient, int count, float learningRate) {
      System.arraycopy(gradient, 0, weights, 0, count);
    }
  }

  private static NetworkParameters fusedGradient(
      NetworkParameters parameters, int[][] sequences, Objective objective, int gradientSteps) {
    NetworkShape shape = parameters.shape();
    Optimizer optimizer = new GradientKeeper();
    long[] counts = new long[shape.vocabularySize()];
    Arrays.setAll(counts, i -> 1 + i % 5);
    int[] firstTargets = new int[sequences.length];
    Arrays.fill(firstTargets, 1);
    try (TrainingStep step =
        new TrainingStep(
            parameters,
            OptimizerState.initial(shape, optimizer),
            new NegativeSampler(counts, objective.sampleAlpha()),
            new StepSettings(objective, Regularization.NONE, optimizer, 1, gradientSteps),
            new RowBuffers())) {
      step.train(sequences, firstTargets, sequences.length, 1f, SEED, 0);
      return asGradient(shape, step.result());
    }
  }

  private static NetworkParameters asGradient(NetworkShape shape, WorkerUpdate update) {
    float[] output = new float[shape.vocabularySize() * shape.hidden()];
    float[] bias = new float[shape.vocabularySize()];
    TouchedRows rows = update.outputRows();
    for (int row = 0; row < rows.size(); row++) {
      int item = rows.items()[row];
      System.arraycopy(
          rows.weights(), row * rows.width(), output, item * shape.hidden(), shape.hidden());
      bias[item] = rows.weights()[(row + 1) * rows.width() - 1];
    }
    float[] input = output;
    if (!shape.tiedWeights()) {
      input = new float[shape.vocabularySize() * shape.embedding()];
      rows = update.inputRows();
      for (int row = 0; row < rows.size(); row++) {
        System.arraycopy(
            rows.weights(),
            row * rows.width(),
            input,
            rows.items()[row] * shape.embedding(),
            shape.embedding());
      }
    }
    return new NetworkParameters(shape, input, output, bias, update.lstm());
  }

  /**
   * DL4J divides the summed loss by the number of sequences, the fused step by the number of
   * positions.
   */
  private static NetworkParameters stockGradient(
      MultiLayerNetwork network, NetworkShape shape, int[][] sequences) {
    int longest = Arrays.stream(sequences).mapToInt(s -> s.length - 1).max().orElseThrow();
    int positions = Arrays.stream(sequences).mapToInt(s -> s.length - 1).sum();
    INDArray features = Nd4j.zeros(sequences.length, longest);
    INDArray labels = Nd4j.zeros(sequences.length, shape.vocabularySize(), longest);
    INDArray mask = Nd4j.zeros(sequences.length, longest);
    for (int s = 0; s < sequences.length; s++) {
      for (int t = 0; t < sequences[s].length - 1; t++) {
        features.putScalar(s, t, sequences[s][t]);
        labels.putScalar(s, sequences[s][t + 1], t, 1);
        mask.putScalar(s, t, 1);
      }
    }
    network.setInput(features);
    network.setLabels(labels);
    network.setLayerMaskArrays(mask, mask);
    network.computeGradientAndScore();
    INDArray gradient = network.gradient().gradient();
    MultiLayerNetwork holder = StockNetwork.create(shape, 0);
    holder.setParams(gradient.div(positions));
    return NetworkParameters.from(holder, false);
  }

  static int[][] longEnough(int[][] sequences) {
    return Arrays.stream(sequences)
        .map(s -> s.length < 2 ? new int[] {s[0], 1} : s)
        .toArray(int[][]::new);
  }

  /** |a - b| / (|a| + |b|) in the Euclidean norm. */
  static double relativeError(float[] a, float[] b) {
    double difference = 0;
    double size = 0;
    for (int i = 0; i < a.length; i++) {
      difference += Math.pow(a[i] - b[i], 2);
      size += Math.pow(a[i], 2) + Math.pow(b[i], 2);
    }
    return size == 0 ? 0 : Math.sqrt(difference / size);
  }
}
