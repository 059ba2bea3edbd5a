package io.nightjar.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nightjar.LocalSpark;
import io.nightjar.config.GateConfig;
import io.nightjar.config.TieRule;
import io.nightjar.evaluation.Gate.Verdict;
import io.nightjar.evaluation.Ranker.Scale;
import io.nightjar.vocabulary.Vocabulary;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class EvaluatorTest {
  private static final int ITEMS = 30;
  private static final StructType PART =
      new StructType()
          .add("user_id", DataTypes.StringType)
          .add("items", DataTypes.createArrayType(DataTypes.StringType))
          .add("first_target", DataTypes.IntegerType);

  private static final FixedRanker SMALLEST_FIRST =
      FixedRanker.of("smallest-first", Scale.LOGARITHM, ITEMS, item -> -item);
  private static final FixedRanker CONSTANT =
      FixedRanker.of("constant", Scale.LOGARITHM, ITEMS, item -> 1);

  @Test
  void ranksSlicesAndCountsAreThoseComputedByHand() {
    // Targets: i2 (rank 2), i20 (rank 20), an unknown one, and i1 with nothing known before it.
    List<Row> rows =
        List.of(
            RowFactory.create("a", List.of("i5", "i2", "i20", "nowhere"), 1),
            RowFactory.create("b", List.of("elsewhere", "i1"), 1));
    ModelMetrics metrics = evaluate(SMALLEST_FIRST, rows, false);

    assertThat(metrics.cases()).isEqualTo(4);
    assertThat(metrics.unknownTargets()).isEqualTo(1);
    assertThat(metrics.metric("recall@10")).isEqualTo(0.25, within(1e-12));
    assertThat(metrics.metric("mrr@10")).isEqualTo(0.5 / 4, within(1e-12));
    assertThat(metrics.slices().get(Slice.position(2)).cases()).isEqualTo(1);
    assertThat(metrics.slices().get(Slice.user(false)).cases()).isEqualTo(4);
    // Every list is items 1 to 10 of 30.
    assertThat(metrics.metric("coverage@10")).isEqualTo(10 / 30.0, within(1e-12));
  }

  @Test
  void seenItemsMakeWayWhenTheyAreExcludedAndAreMissesAsTargets() {
    List<Row> rows = List.of(RowFactory.create("a", List.of("i1", "i2", "i1"), 1));

    // Without i1 the target i2 is first; i1 again cannot be on a list.
    assertThat(evaluate(SMALLEST_FIRST, rows, true).metric("mrr@10")).isEqualTo(0.5);
    assertThat(evaluate(SMALLEST_FIRST, rows, false).metric("mrr@10")).isEqualTo(0.75);
  }

  @Test
  void permutingTheUsersChangesNothing() {
    List<Row> rows = randomRows();
    List<Row> reversed = new ArrayList<>(rows);
    Collections.reverse(reversed);

    assertThat(evaluate(SMALLEST_FIRST, reversed, false).metrics())
        .isEqualTo(evaluate(SMALLEST_FIRST, rows, false).metrics());
  }

  @Test
  void brokenModelsAreRefused() {
    List<Row> rows = randomRows();
    ModelMetrics good = evaluate(SMALLEST_FIRST, rows, false);
    ModelMetrics baseline =
        evaluate(
            FixedRanker.of("baseline", Scale.LOGARITHM, ITEMS, item -> item < 8 ? 0 : -item),
            rows,
            false);
    ModelMetrics constant = evaluate(CONSTANT, rows, false);
    // Rows that belong to other items: what a shuffle, or another day's vocabulary, makes of them.
    ModelMetrics shuffled =
        evaluate(
            FixedRanker.of("shuffled", Scale.LOGARITHM, ITEMS, item -> item * 7 % 31), rows, false);
    ModelMetrics noNumbers =
        evaluate(FixedRanker.of("nan", Scale.LOGARITHM, ITEMS, item -> Double.NaN), rows, false);

    assertThat(judge(good, baseline).accepted()).isTrue();
    assertThat(judge(constant, baseline).accepted()).isFalse();
    assertThat(judge(shuffled, baseline).accepted()).isFalse();
    assertThat(judge(noNumbers, baseline).accepted()).isFalse();
    assertThat(judge(shuffled, baseline).sentence()).contains("shuffled lost", "baseline");
  }

  @Test
  void aModelThatLosesMoreThanTheToleranceAgainstTheOneInUseIsRefused() {
    List<Row> rows = randomRows();
    ModelMetrics good = evaluate(SMALLEST_FIRST, rows, false);
    ModelMetrics weaker =
        evaluate(
            FixedRanker.of("weaker", Scale.LOGARITHM, ITEMS, item -> item < 4 ? -9.5 : -item),
            rows,
            false);
    Gate gate = new Gate(new GateConfig("ndcg@10", 0, 0.01, 0.5), 10);

    assertThat(gate.judge(weaker, List.of(), Optional.of(good)).accepted()).isFalse();
    assertThat(gate.judge(good, List.of(), Optional.of(good)).accepted()).isTrue();
    Verdict forced = gate.judge(weaker, List.of(), Optional.of(good)).force();
    assertThat(forced.accepted()).isTrue();
    assertThat(forced.passed()).isFalse();
    assertThat(forced.sentence()).contains("by force");
  }

  private static Verdict judge(ModelMetrics candidate, ModelMetrics baseline) {
    return new Gate(new GateConfig("ndcg@10", 0, 0.05, 0.3), 10)
        .judge(candidate, List.of(baseline), Optional.empty());
  }

  /** Sequences over the first ten items, the small ones more often. */
  private static List<Row> randomRows() {
    List<Row> rows = new ArrayList<>();
    for (int user = 0; user < 40; user++) {
      List<String> items = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        int draw = (user * 7 + i * 13) % 17;
        items.add("i" + (1 + Math.min(draw % 10, draw % 4)));
      }
      rows.add(RowFactory.create("u" + user, items, 1));
    }
    return rows;
  }

  private static ModelMetrics evaluate(Ranker ranker, List<Row> rows, boolean excludeSeen) {
    List<Vocabulary.Entry> entries = new ArrayList<>();
    for (int item = 1; item <= ITEMS; item++) {
      entries.add(new Vocabulary.Entry("i" + item, 100 - item));
    }
    Broadcast<Vocabulary> vocabulary = Rankers.spark().broadcast(Vocabulary.of(entries));
    Dataset<Row> part = LocalSpark.session().createDataFrame(rows, PART);
    JudgeSettings settings =
        new JudgeSettings(List.of(5, 10), TieRule.CONSERVATIVE, excludeSeen, 20, 1);
    return new Evaluator(Rankers.spark(), settings, Clock.systemUTC())
        .evaluate(ranker, part, vocabulary);
  }
}
