package io.nightjar.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ListStatisticsTest {
  private static final long[] TRAINING_COUNTS = {0, 40, 30, 20, 10};

  @Test
  void oneItemForEverybodyIsUnequalNarrowAndPopular() {
    ListStatistics lists = new ListStatistics(1, 5);
    for (int user = 0; user < 8; user++) {
      lists.add(1);
    }
    Map<String, Double> statistics = lists.statistics(TRAINING_COUNTS);

    assertThat(statistics.get("coverage@1")).isEqualTo(0.25);
    // (2 * 4 - 4 - 1) * 8 / (4 * 8): all of it on the last of four.
    assertThat(statistics.get("gini@1")).isEqualTo(0.75, within(1e-12));
    // Three of four items are rarer, one is as frequent: the middle of 3/4 and 4/4.
    assertThat(statistics.get("popularity@1")).isEqualTo(0.875, within(1e-12));
  }

  @Test
  void everyItemOnceIsEqualAndComplete() {
    ListStatistics lists = new ListStatistics(4, 5);
    for (int item = 1; item <= 4; item++) {
      lists.add(item);
    }
    Map<String, Double> statistics = lists.statistics(TRAINING_COUNTS);

    assertThat(statistics.get("coverage@4")).isEqualTo(1);
    assertThat(statistics.get("gini@4")).isEqualTo(0, within(1e-12));
    assertThat(statistics.get("popularity@4")).isEqualTo(0.5, within(1e-12));
  }
}
