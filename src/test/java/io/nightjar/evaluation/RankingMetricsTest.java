package io.nightjar.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nightjar.config.TieRule;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RankingMetricsTest {
  private static final double EXACT = 1e-12;

  @Test
  void metricsAreThoseComputedByHand() {
    RankingMetrics metrics = new RankingMetrics(List.of(2, 5));
    metrics.add(1);
    metrics.add(3);
    metrics.add(6);
    metrics.addUnknownTarget();

    assertThat(metrics.cases()).isEqualTo(4);
    assertThat(metrics.unknownTargets()).isEqualTo(1);
    assertThat(metrics.means().get("recall@2")).isEqualTo(0.25, within(EXACT));
    assertThat(metrics.means().get("recall@5")).isEqualTo(0.5, within(EXACT));
    assertThat(metrics.means().get("precision@5")).isEqualTo(0.1, within(EXACT));
    assertThat(metrics.means().get("f1@5")).isEqualTo(2 * 0.1 * 0.5 / 0.6, within(EXACT));
    assertThat(metrics.means().get("mrr@5")).isEqualTo((1 + 1 / 3.0) / 4, within(EXACT));
    assertThat(metrics.means().get("map@5")).isEqualTo((1 + 1 / 3.0) / 4, within(EXACT));
    // 1 / log2(2) + 1 / log2(4) = 1.5 over four cases.
    assertThat(metrics.means().get("ndcg@5")).isEqualTo(0.375, within(EXACT));
  }

  @Test
  void tiesAreRankedAsTheRuleSays() {
    float[] scores = {5, 3, 3, 3, 1};

    assertThat(RankingMetrics.rank(scores, 0, 5, 3, TieRule.CONSERVATIVE)).isEqualTo(4);
    assertThat(RankingMetrics.rank(scores, 0, 5, 3, TieRule.STANDARD)).isEqualTo(2);
    assertThat(RankingMetrics.rank(scores, 0, 5, 3, TieRule.MEDIAN)).isEqualTo(3);
  }

  @Test
  void constantScoresRankLast() {
    assertThat(RankingMetrics.rank(new float[7], 0, 7, 1, TieRule.CONSERVATIVE)).isEqualTo(7);
  }

  @Test
  void aScoreThatIsNoNumberNeverHelpsTheTarget() {
    float[] scores = {Float.NaN, 2, 1};

    assertThat(RankingMetrics.rank(scores, 0, 3, 1, TieRule.STANDARD)).isEqualTo(3);
    assertThat(RankingMetrics.rank(scores, 0, 3, 2, TieRule.STANDARD)).isEqualTo(2);
  }

  @Property
  void recallGrowsWithKAndNothingLeavesTheUnitInterval(
      @ForAll @Size(min = 1, max = 50) List<@IntRange(min = 1, max = 100) Integer> ranks) {
    RankingMetrics metrics = new RankingMetrics(List.of(1, 5, 20));
    ranks.forEach(metrics::add);

    assertThat(metrics.means().get("recall@5"))
        .isBetween(metrics.means().get("recall@1"), metrics.means().get("recall@20"));
    assertThat(metrics.means().values()).allSatisfy(value -> assertThat(value).isBetween(0.0, 1.0));
  }

  @Property
  void theRankIsTheTargetsPlaceAmongTheSortedScores(
      @ForAll @Size(min = 1, max = 40) float[] scores, @ForAll @IntRange(max = 39) int which) {
    int target = which % scores.length;
    long above = 0;
    for (float score : scores) {
      above += score > scores[target] ? 1 : 0;
    }
    double standard = RankingMetrics.rank(scores, 0, scores.length, target + 1, TieRule.STANDARD);
    double median = RankingMetrics.rank(scores, 0, scores.length, target + 1, TieRule.MEDIAN);
    double last = RankingMetrics.rank(scores, 0, scores.length, target + 1, TieRule.CONSERVATIVE);

    assertThat(standard).isEqualTo(above + 1.0);
    assertThat(median).isEqualTo((standard + last) / 2);
    assertThat(last).isBetween(standard, (double) scores.length);
  }

  @Test
  void partsMergedAreTheWhole() {
    RankingMetrics whole = new RankingMetrics(List.of(10));
    RankingMetrics left = new RankingMetrics(List.of(10));
    RankingMetrics right = new RankingMetrics(List.of(10));
    for (int rank : Arrays.asList(1, 2, 4)) {
      whole.add(rank);
      left.add(rank);
    }
    whole.add(8);
    right.add(8);

    assertThat(left.merge(right).means()).isEqualTo(whole.means());
  }
}
