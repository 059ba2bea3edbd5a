package io.nightjar.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoreLossTest {

  private static final int NEGATIVES = 37;

  @ParameterizedTest
  @CsvSource({
    "CROSS_ENTROPY, 0, 1, 1",
    "BPR_MAX, 0, 1, 2",
    "BPR_MAX, 0.7, 0.5, 3",
    "BPR_MAX, 1, 1, 1"
  })
  void gradientsAreThoseOfFiniteDifferences(
      Objective.Loss kind, double regularization, double elu, double spread) {
    ScoreLoss loss = loss(kind, regularization, elu);
    SplittableRandom random = new SplittableRandom(4);
    float[] scores = new float[NEGATIVES];
    float[] offsets = new float[NEGATIVES];
    for (int i = 0; i < NEGATIVES; i++) {
      scores[i] = (float) (spread * (2 * random.nextDouble() - 1));
      offsets[i] = (float) random.nextDouble();
    }
    float target = 0.3f;
    int masked = 5;
    float[] gradient = new float[NEGATIVES];
    loss.differentiate(scores, gradient, offsets, NEGATIVES, masked, target);
    float scale = loss.scale();
    float targetGradient = loss.targetGradient();
    float step = 1e-2f;
    for (int i = 0; i < NEGATIVES; i++) {
      float old = scores[i];
      scores[i] = old + step;
      double up = value(loss, scores, offsets, masked, target);
      scores[i] = old - step;
      double down = value(loss, scores, offsets, masked, target);
      scores[i] = old;
      assertThat((double) gradient[i] * scale).isCloseTo((up - down) / (2 * step), within(2e-4));
    }
    double up = value(loss, scores, offsets, masked, target + step);
    double down = value(loss, scores, offsets, masked, target - step);
    assertThat((double) targetGradient).isCloseTo((up - down) / (2 * step), within(2e-4));
    assertThat(gradient[masked]).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "CROSS_ENTROPY, 200", "CROSS_ENTROPY, -200", "CROSS_ENTROPY, 30000",
    "BPR_MAX, 200", "BPR_MAX, -200", "BPR_MAX, 30000"
  })
  void hopelessAndCertainTargetsHaveFiniteLossesAndGradients(Objective.Loss kind, float target) {
    ScoreLoss loss = loss(kind, 1, 1);
    float[] scores = new float[NEGATIVES];
    float[] gradient = new float[NEGATIVES];
    loss.differentiate(scores, gradient, new float[NEGATIVES], NEGATIVES, -1, target);
    assertThat(loss.loss()).isFinite().isNotNegative();
    assertThat(loss.targetGradient()).isFinite();
    assertThat(NetworkParameters.isFinite(gradient)).isTrue();
  }

  @Test
  void crossEntropyIsExactWhereTheFastPathEnds() {
    ScoreLoss loss = loss(Objective.Loss.CROSS_ENTROPY, 0, 1);
    float[] gradient = new float[2];
    for (float gap : new float[] {0, 10, 29, 31, 33, 60, 100}) {
      loss.differentiate(new float[] {gap, 0}, gradient, new float[2], 2, -1, 0);
      double expected = Math.log1p(Math.exp(-gap) * 2) + gap;
      assertThat(loss.loss()).isCloseTo(expected, within(1e-5 * (1 + expected)));
      assertThat(gradient[0] * loss.scale() + gradient[1] * loss.scale() + loss.targetGradient())
          .isCloseTo(0f, within(1e-5f));
    }
  }

  private static double value(
      ScoreLoss loss, float[] scores, float[] offsets, int masked, float target) {
    loss.differentiate(scores, new float[NEGATIVES], offsets, NEGATIVES, masked, target);
    return loss.loss();
  }

  private static ScoreLoss loss(Objective.Loss kind, double regularization, double elu) {
    return kind == Objective.Loss.CROSS_ENTROPY
        ? new CrossEntropyLoss()
        : new BprMaxLoss(regularization, elu);
  }
}
