package io.nightjar.training;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoundPlanTest {

  @ParameterizedTest
  @CsvSource({
    "1000, 100, 10",
    "1001, 100, 11",
    "139, 192, 3",
    "40, 192, 2",
    "31, 192, 1",
    "5, 4, 2",
    "1, 192, 1",
    "0, 192, 1"
  })
  void anEpochHasThreeAveragingsOrMoreUnlessTheirRoundsWouldBeShort(
      int batches, int frequency, int rounds) {
    assertThat(plan(batches, frequency, 1).rounds(0)).isEqualTo(rounds);
  }

  @Test
  void everyMiniBatchIsInOneRoundAndNoRoundIsLongerThanTheFrequency() {
    RoundPlan plan = plan(1001, 100, 2);
    for (int epoch = 0; epoch < 6; epoch++) {
      int next = 0;
      for (int index = 0; index < plan.rounds(epoch); index++) {
        Round round = plan.round(epoch, index);
        assertThat(round.from()).isEqualTo(next);
        assertThat(round.to() - round.from()).isBetween(1, 100 << epoch);
        next = round.to();
      }
      assertThat(next).isEqualTo(1001);
    }
  }

  private static RoundPlan plan(int batchesPerWorker, int frequency, double growth) {
    return new RoundPlan(batchesPerWorker, new AveragingSettings(frequency, growth, 0));
  }
}
