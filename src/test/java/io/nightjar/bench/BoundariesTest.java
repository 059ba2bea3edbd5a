package io.nightjar.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nightjar.LocalSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BoundariesTest {
  @Test
  void theGapFindsTheBoundariesThatTrivagosLogNames() {
    Path log = BoundariesBench.log();
    assumeTrue(Files.exists(log), "skipped: there is no " + log + "; set NIGHTJAR_DATA");
    assertThat(BoundariesBench.compare(LocalSpark.session(), log))
        .containsExactly(
            new BoundaryComparison(Duration.ofMinutes(30), 894, 224, 125),
            new BoundaryComparison(Duration.ofMinutes(60), 826, 34, 193));
  }
}
