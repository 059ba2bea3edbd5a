package io.nightjar.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightjar.network.NetworkShape;
import org.junit.jupiter.api.Test;

class MemoryEstimateTest {

  private static final NetworkShape MILLION = new NetworkShape(1_000_001, 128, 128, 1, true);

  @Test
  void aMillionItemsTakeAGigabyteOfParametersAndTheComplaintNamesTheSettings() {
    MemoryEstimate estimate = MemoryEstimate.of(MILLION, TrainingSettings.defaults(), 200, 2, 2);
    assertThat(estimate.parameters()).isBetween(980L << 20, 1_000L << 20);
    assertThat(estimate.complaint(64L << 30, 2, true)).isNull();
    assertThat(estimate.complaint(1L << 30, 2, true))
        .contains("spark.executor.memory", "vocabulary.max-size", "averaging-frequency");
  }
}
