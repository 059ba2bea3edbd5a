package io.nightjar.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightjar.network.NetworkShape;
import org.junit.jupiter.api.Test;

class MemoryEstimateTest {

  private static final long GIBIBYTE = 1L << 30;
  private static final NetworkShape MILLION = new NetworkShape(1_000_001, 128, 128, 1, true);

  @Test
  void aMillionItemsTakeAGigabyteOfParametersAndTheComplaintNamesTheSettings() {
    MemoryEstimate estimate = MemoryEstimate.of(MILLION, TrainingSettings.defaults(), 200, 2, 2);
    assertThat(estimate.parameters()).isBetween(980L << 20, 1_000L << 20);
    assertThat(local(64).shortage(estimate, 2)).isEmpty();
    assertThat(local(1).shortage(estimate, 2).orElseThrow())
        .contains("--driver-memory", "vocabulary.max-size", "averaging-frequency", "1,024 (raise");
  }

  @Test
  void onAClusterTheComplaintNamesTheProcessThatIsTooSmall() {
    MemoryEstimate estimate = MemoryEstimate.of(MILLION, TrainingSettings.defaults(), 200, 8, 2);
    long large = 64 * GIBIBYTE;
    assertThat(
            new ProcessMemory(false, 2, large, large, GIBIBYTE, large)
                .shortage(estimate, 2)
                .orElseThrow())
        .contains("heap per executor", "spark.executor.memory")
        .doesNotContain("spark.driver.memory");
    assertThat(
            new ProcessMemory(false, 2, large, large, large, 1 << 20)
                .shortage(estimate, 2)
                .orElseThrow())
        .contains("spark.executor.memoryOverhead");
    assertThat(
            new ProcessMemory(false, 2, GIBIBYTE, large, large, large)
                .shortage(estimate, 2)
                .orElseThrow())
        .contains("spark.driver.memory");
  }

  private static ProcessMemory local(long gibibytes) {
    long bytes = gibibytes * GIBIBYTE;
    return new ProcessMemory(true, 2, bytes, bytes, bytes, bytes);
  }
}
