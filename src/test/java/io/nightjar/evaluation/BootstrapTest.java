package io.nightjar.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightjar.evaluation.Bootstrap.Interval;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

class BootstrapTest {
  private static final List<Integer> KS = List.of(10);

  @Test
  void theIntervalHoldsTheMeanAndIsAboutTwoStandardErrorsWideOnEachSide() {
    Bootstrap bootstrap = bootstrap(0, 1_000, user -> user % 2 == 0 ? 1 : 99);
    Interval interval = bootstrap.intervals().get("recall@10");

    // The standard error of a share of .5 over 1,000 users is .0158, so +-1.96 of it is .031.
    assertThat(interval.low()).isBetween(0.455, 0.483);
    assertThat(interval.high()).isBetween(0.517, 0.545);
  }

  @Test
  void theOrderAndThePartitionOfUsersChangeNothing() {
    Bootstrap whole = bootstrap(0, 100, user -> user % 30 + 1);
    Bootstrap parts =
        bootstrap(50, 100, user -> user % 30 + 1).merge(bootstrap(0, 50, user -> user % 30 + 1));

    Interval expected = whole.intervals().get("recall@10");
    assertThat(parts.intervals().get("recall@10")).isEqualTo(expected);
  }

  @Test
  void aModelThatIsBetterForEveryUserIsBetterForSure() {
    Bootstrap better = bootstrap(0, 200, user -> user % 3 == 0 ? 1 : 99);
    Bootstrap worse = bootstrap(0, 200, user -> user % 3 == 0 ? 2 : 99);

    assertThat(better.difference(worse, "mrr@10").low()).isPositive();
    assertThat(better.difference(worse, "recall@10")).isEqualTo(new Interval(0, 0));
  }

  private static Bootstrap bootstrap(int from, int to, IntUnaryOperator rankOfUser) {
    Bootstrap bootstrap = new Bootstrap(7, 200, KS);
    for (int user = from; user < to; user++) {
      RankingMetrics cases = new RankingMetrics(KS);
      cases.add(rankOfUser.applyAsInt(user));
      bootstrap.add("user-" + user, cases);
    }
    return bootstrap;
  }
}
