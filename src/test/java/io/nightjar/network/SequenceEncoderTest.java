package io.nightjar.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SequenceEncoderTest {

  @ParameterizedTest
  @CsvSource({"1, 8, 8, true", "2, 6, 10, false", "3, 5, 7, false"})
  void scoresAreThoseOfTheStockNetwork(int layers, int embedding, int hidden, boolean tied) {
    NetworkShape shape = new NetworkShape(31, embedding, hidden, layers, tied);
    MultiLayerNetwork network = StockNetwork.create(shape, 7);
    SequenceEncoder encoder = new SequenceEncoder(NetworkParameters.from(network, tied));
    int[][] sequences = randomSequences(9, 12, shape.vocabularySize(), 3);

    try (SequenceEncoder.Workspace workspace = encoder.workspace()) {
      float[] every = workspace.everyState(sequences);
      float[] last = workspace.lastStates(sequences);
      int position = 0;
      for (int s = 0; s < sequences.length; s++) {
        INDArray output = stockOutput(network, sequences[s]);
        for (int t = 0; t < sequences[s].length; t++, position++) {
          float[] probabilities = softmax(encoder, every, position * hidden);
          for (int item = 0; item < shape.vocabularySize(); item++) {
            assertThat(probabilities[item]).isCloseTo(output.getFloat(0, item, t), within(1e-5f));
          }
        }
        for (int i = 0; i < hidden; i++) {
          assertThat(last[s * hidden + i]).isEqualTo(every[(position - 1) * hidden + i]);
        }
      }
    }
  }

  @Test
  void aSequenceIsEncodedAlikeAloneAndAmongOthers() {
    NetworkShape shape = new NetworkShape(500, 16, 16, 1, true);
    SequenceEncoder encoder = new SequenceEncoder(NetworkParameters.initial(shape, 1));
    int[][] sequences = randomSequences(300, 40, 500, 5);
    try (SequenceEncoder.Workspace workspace = encoder.workspace()) {
      float[] together = workspace.lastStates(sequences);
      for (int s = 0; s < sequences.length; s += 29) {
        float[] alone = workspace.lastStates(new int[][] {sequences[s]});
        for (int i = 0; i < 16; i++) {
          assertThat(alone[i]).isCloseTo(together[s * 16 + i], within(1e-6f));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 8, 8, true", "3, 5, 7, false"})
  void goingOnFromAStateEndsWhereTheWholeSequenceDoes(
      int layers, int embedding, int hidden, boolean tied) {
    NetworkShape shape = new NetworkShape(60, embedding, hidden, layers, tied);
    SequenceEncoder encoder = new SequenceEncoder(NetworkParameters.initial(shape, 1));
    int[][] sequences = randomSequences(200, 30, 60, 5);
    float[][] states = new float[sequences.length][encoder.stateLength()];
    SplittableRandom random = new SplittableRandom(8);
    int[] cuts = new int[sequences.length];
    Arrays.setAll(cuts, s -> random.nextInt(sequences[s].length + 1));

    try (SequenceEncoder.Workspace workspace = encoder.workspace()) {
      workspace.advance(states, parts(sequences, s -> 0, s -> cuts[s]));
      workspace.advance(states, parts(sequences, s -> cuts[s], s -> sequences[s].length));
      workspace.advance(states, new int[sequences.length][0]);
      float[] whole = workspace.lastStates(sequences);
      for (int s = 0; s < sequences.length; s++) {
        float[] output = encoder.output(states[s]);
        for (int i = 0; i < hidden; i++) {
          assertThat(output[i]).isCloseTo(whole[s * hidden + i], within(1e-6f));
        }
      }
    }
  }

  private static int[][] parts(int[][] sequences, IntUnaryOperator from, IntUnaryOperator to) {
    return IntStream.range(0, sequences.length)
        .mapToObj(s -> Arrays.copyOfRange(sequences[s], from.applyAsInt(s), to.applyAsInt(s)))
        .toArray(int[][]::new);
  }

  @Test
  void anEmptySequenceHasAZeroState() {
    NetworkShape shape = new NetworkShape(5, 4, 4, 1, true);
    SequenceEncoder encoder = new SequenceEncoder(NetworkParameters.initial(shape, 1));
    try (SequenceEncoder.Workspace workspace = encoder.workspace()) {
      assertThat(workspace.lastStates(new int[][] {{}, {1, 2}})).startsWith(0f, 0f, 0f, 0f);
      assertThat(workspace.lastStates(new int[][] {{}})).containsOnly(0f);
      assertThat(workspace.everyState(new int[][] {})).isEmpty();
    }
  }

  static int[][] randomSequences(int count, int longest, int vocabularySize, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return IntStream.range(0, count)
        .mapToObj(i -> random.ints(random.nextInt(1, longest + 1), 1, vocabularySize).toArray())
        .toArray(int[][]::new);
  }

  private static INDArray stockOutput(MultiLayerNetwork network, int[] sequence) {
    INDArray features = Nd4j.create(1, sequence.length);
    for (int t = 0; t < sequence.length; t++) {
      features.putScalar(0, t, sequence[t]);
    }
    return network.output(features);
  }

  private static float[] softmax(SequenceEncoder encoder, float[] states, int at) {
    int hidden = encoder.hidden();
    float[] probabilities = new float[encoder.vocabularySize()];
    double sum = 0;
    for (int item = 0; item < probabilities.length; item++) {
      double score = encoder.outputBias()[item];
      for (int i = 0; i < hidden; i++) {
        score += states[at + i] * encoder.outputRows()[item * hidden + i];
      }
      probabilities[item] = (float) Math.exp(score);
      sum += probabilities[item];
    }
    for (int item = 0; item < probabilities.length; item++) {
      probabilities[item] /= (float) sum;
    }
    return probabilities;
  }
}
