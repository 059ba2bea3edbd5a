package io.nightjar.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What other implementations of this model got wrong. */
class TrainingStepTest {

  private static final NetworkShape SHAPE = new NetworkShape(30, 8, 8, 1, true);
  private static final Objective FULL = Objective.fullSoftmax();

  @Test
  void everyPositionIsTrainedOnceHoweverShortTheLastMiniBatch() {
    try (TrainingStep step = step(FULL, Regularization.NONE)) {
      train(step, new int[][] {{1, 2, 3}, {4, 5}, {6, 7, 8, 9}});
      train(step, new int[][] {{1, 2}});
      assertThat(step.events()).isEqualTo(2 + 1 + 3 + 1);
    }
  }

  @Test
  void sequencesLongerThanAWindowAreTrainedToTheEnd() {
    int[] sequence = new int[3 * TrainingStep.WINDOW_STEPS + 5];
    Arrays.setAll(sequence, t -> 1 + t % 29);
    try (TrainingStep step = step(FULL, Regularization.NONE)) {
      train(step, new int[][] {sequence, {1, 2, 3}});
      assertThat(step.events()).isEqualTo(sequence.length - 1 + 2);
    }
  }

  @Test
  void contextIsReadButNotLearned() {
    try (TrainingStep step = step(FULL, Regularization.NONE)) {
      step.train(new int[][] {{1, 2, 3, 4}}, new int[] {3}, 1, 0.1f, 1, 0);
      assertThat(step.events()).isEqualTo(1);
    }
  }

  @Test
  void theStateOfASequenceDoesNotLeakIntoTheNext() {
    double alone;
    try (TrainingStep step = step(FULL, Regularization.NONE)) {
      train(step, new int[][] {{3, 4, 5}});
      alone = step.lossSum();
    }
    try (TrainingStep step = step(FULL, Regularization.NONE)) {
      step.train(new int[][] {{7, 8, 9}}, new int[] {1}, 1, 1e-30f, 1, 0);
      double before = step.lossSum();
      step.train(new int[][] {{3, 4, 5}}, new int[] {1}, 1, 1e-30f, 1, 1);
      assertThat(step.lossSum() - before).isCloseTo(alone, within(1e-5));
    }
  }

  @Test
  void theLossIsTheNegativeLogarithmOfOneSoftmax() {
    NetworkParameters parameters = NetworkParameters.initial(SHAPE, 1);
    Arrays.fill(parameters.outputRows(), 0f);
    try (TrainingStep step = step(parameters, FULL, Regularization.NONE)) {
      train(step, new int[][] {{1, 2}});
      assertThat(step.lossSum()).isCloseTo(Math.log(29), within(1e-5));
    }
  }

  @Test
  void dropoutIsTheProbabilityToDropAndKeepsTheMean() {
    float[] mask = new float[100_001];
    RandomStream random = new RandomStream();
    random.start(1, 2);
    random.fillDropoutMask(mask, mask.length, 0.3);
    int dropped = 0;
    double sum = 0;
    for (float value : mask) {
      dropped += value == 0 ? 1 : 0;
      sum += value;
    }
    assertThat((double) dropped / mask.length).isCloseTo(0.3, within(0.01));
    assertThat(sum / mask.length).isCloseTo(1, within(0.02));
  }

  @Test
  void accumulatorsStartAtZero() {
    OptimizerState state = OptimizerState.initial(SHAPE, new Adagrad(0.5, 1e-6));
    assertThat(state.outputRows()).containsOnly(0f);
    state.lstm().forEach(array -> assertThat(array).containsOnly(0f));
  }

  @Test
  void onlyRowsOfTheMiniBatchAreTouchedAndTheSharedParametersAreNot() {
    NetworkParameters parameters = NetworkParameters.initial(SHAPE, 1);
    NetworkParameters before = parameters.copy();
    Objective sampled = new Objective(Objective.Loss.CROSS_ENTROPY, 3, 0.5, true, false, 0, 1);
    try (TrainingStep step = step(parameters, sampled, Regularization.NONE)) {
      train(step, new int[][] {{1, 2, 3}});
      WorkerUpdate update = step.result();
      assertThat(update.outputRows().size()).isBetween(3, 6);
      assertThat(update.outputRows().items()).doesNotContain(0).contains(1, 2, 3);
      assertThat(update.outputRows().touches()).startsWith(1, 1, 1);
    }
    assertThat(parameters.outputRows()).isEqualTo(before.outputRows());
    assertThat(parameters.lstm().get(0).input()).isEqualTo(before.lstm().get(0).input());
  }

  @Test
  void aGradientAboveTheClippingNormChangesNothingButItsLength() {
    Regularization clipped = new Regularization(0, 0, 0, 0, 1e-3);
    try (TrainingStep free = step(FULL, Regularization.NONE);
        TrainingStep bounded = step(FULL, clipped)) {
      train(free, new int[][] {{1, 2, 3}});
      train(bounded, new int[][] {{1, 2, 3}});
      float[] all = free.result().outputRows().state();
      float[] part = bounded.result().outputRows().state();
      double ratio = part[0] / all[0];
      assertThat(ratio).isLessThan(1);
      for (int i = 0; i < SHAPE.hidden(); i++) {
        assertThat((double) part[i] / all[i]).isCloseTo(ratio, within(1e-3 * ratio));
      }
    }
  }

  private static void train(TrainingStep step, int[][] sequences) {
    int[] firstTargets = new int[sequences.length];
    Arrays.fill(firstTargets, 1);
    step.train(sequences, firstTargets, sequences.length, 0.1f, 1, 0);
  }

  private static TrainingStep step(Objective objective, Regularization regularization) {
    return step(NetworkParameters.initial(SHAPE, 1), objective, regularization);
  }

  private static TrainingStep step(
      NetworkParameters parameters, Objective objective, Regularization regularization) {
    Optimizer optimizer = new Adagrad(0, 1e-6);
    long[] counts = new long[SHAPE.vocabularySize()];
    Arrays.fill(counts, 1);
    return new TrainingStep(
        parameters,
        OptimizerState.initial(SHAPE, optimizer),
        new NegativeSampler(counts, objective.sampleAlpha()),
        new StepSettings(objective, regularization, optimizer, 1, 10),
        new RowBuffers());
  }
}
