package io.nightjar.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import io.nightjar.LocalSpark;
import io.nightjar.config.SessionKnnConfig;
import io.nightjar.evaluation.Ranker.Scale;
import io.nightjar.vocabulary.Vocabulary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class BlendTest {
  private static final FixedRanker LOGITS =
      FixedRanker.of("lstm", Scale.LOGARITHM, 3, item -> item);
  private static final FixedRanker SHARES =
      FixedRanker.of("rules", Scale.SHARE, 3, item -> item == 1 ? 1 : 0);

  @Test
  void scoresAreTheWeightedSumOfLogarithms() {
    BlendWeights weights =
        new BlendWeights(
            List.of(
                new BlendWeights.Part("lstm", 0.5, 0), new BlendWeights.Part("rules", 2, 0.01)));
    BlendRanker blend = new BlendRanker(weights, Map.of("lstm", LOGITS, "rules", SHARES));

    assertThat(Rankers.scores(blend, 3, 1))
        .containsExactly(
            new float[] {
              (float) (0.5 + 2 * Math.log(1.01)),
              (float) (1.0 + 2 * Math.log(0.01)),
              (float) (1.5 + 2 * Math.log(0.01))
            },
            within(1e-5f));
    assertThat(Rankers.scoresInBlocks(blend, 3, 1)).containsExactly(Rankers.scores(blend, 3, 1));
  }

  @Test
  void hiddenUnitsCorrectTheSum() {
    BlendWeights weights =
        new BlendWeights(
            List.of(new BlendWeights.Part("lstm", 1, 0), new BlendWeights.Part("rules", 0, 1)),
            List.of(
                // 3 max(0, lstm - 2 - ln(length) / 2), and -10 for the newest item.
                new BlendWeights.HiddenUnit(List.of(1.0, 0.0), -0.5, 0, -2, 3),
                new BlendWeights.HiddenUnit(List.of(0.0, 0.0), 0, 1, 0, -10)));
    BlendRanker blend = new BlendRanker(weights, Map.of("lstm", LOGITS, "rules", SHARES));

    assertThat(Rankers.scores(blend, 3, 1))
        .containsExactly(new float[] {1 - 10, 2, 3 + 3}, within(1e-5f));
    assertThat(Rankers.scores(blend, 3, 1, 3))
        .containsExactly(
            new float[] {1, 2, (float) (3 + 3 * (1 - Math.log(2) / 2) - 10)}, within(1e-5f));
    assertThat(Rankers.scoresInBlocks(blend, 3, 1, 3))
        .containsExactly(Rankers.scores(blend, 3, 1, 3), within(1e-5f));
    assertThat(BlendWeights.fromJson(weights.toJson())).isEqualTo(weights);
  }

  @Test
  void weightsFromBeforeHiddenUnitsAreRead() throws JsonProcessingException {
    JsonNode parts =
        new ObjectMapper()
            .readTree("[{'model': 'als', 'weight': 2.0, 'floor': 0.01}]".replace('\'', '"'));

    assertThat(BlendWeights.fromJson(parts))
        .isEqualTo(new BlendWeights(List.of(new BlendWeights.Part("als", 2, 0.01))));
    assertThat(BlendWeights.fromJson(NullNode.getInstance()).parts()).isEmpty();
  }

  @Test
  void aFewItemsScoreAsTheyDoInTheWholeCatalogue() {
    TrainingPart part =
        Rankers.part(5, new int[] {1, 2, 3, 4}, new int[] {2, 4, 5}, new int[] {5, 1, 2});
    List<Ranker> models =
        List.of(
            PopularityRanker.train(part, Duration.ZERO),
            RulesRanker.markov(part),
            SessionKnn.train(part, new SessionKnnConfig(10, 10, 10, 10, 1, 1, 1, 1, 0)),
            FixedRanker.of("lstm", Scale.LOGARITHM, 5, item -> item));
    Map<String, Ranker> byName = new HashMap<>();
    models.forEach(model -> byName.put(model.name(), model));
    BlendRanker blend =
        new BlendRanker(
            new BlendWeights(
                models.stream()
                    .map(model -> new BlendWeights.Part(model.name(), 0.5, 0.01))
                    .toList(),
                List.of(
                    new BlendWeights.HiddenUnit(List.of(1.0, 2.0, -1.0, 0.5), 0.3, -1, 6, 0.7),
                    new BlendWeights.HiddenUnit(List.of(-1.0, 0.5, 1.0, 1.0), 0, 2, 1, -0.4))),
            byName);
    int[][] histories = {{1, 2}, {4}, {5, 3, 1}};

    for (Ranker ranker : List.of(blend, models.get(0), models.get(1), models.get(2))) {
      try (Ranker.Scorer scorer = ranker.open()) {
        scorer.prepare(Prefixes.whole(histories));
        float[] all = new float[histories.length * 5];
        scorer.score(1, 6, all);
        int[] few = {5, 1, 3};
        float[] scores = new float[few.length];
        for (int prefix = 0; prefix < histories.length; prefix++) {
          scorer.score(prefix, histories.length, few, scores);
          for (int i = 0; i < few.length; i++) {
            assertThat(scores[i])
                .as(ranker.name())
                .isCloseTo(all[prefix * 5 + few[i] - 1], within(1e-5f));
          }
        }
      }
    }
  }

  @Test
  void aMissingModelIsNamed() {
    BlendWeights weights = new BlendWeights(List.of(new BlendWeights.Part("als", 1, 0.1)));

    assertThatThrownBy(() -> new BlendRanker(weights, Map.of("lstm", LOGITS)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("als");
  }

  @Test
  void theFitLeavesOutNoiseAndJoinsWhatIsBetterTogether() {
    SplittableRandom random = new SplittableRandom(3);
    List<BlendCase> cases = new ArrayList<>();
    for (int c = 0; c < 800; c++) {
      float[][] scores = new float[3][40];
      for (int item = 0; item < 40; item++) {
        // Two models that see the target through noise of their own, and one that sees nothing.
        scores[0][item] = (float) ((item == 0 ? 1.5 : 0) + random.nextGaussian());
        scores[1][item] = (float) ((item == 0 ? 1.5 : 0) + random.nextGaussian());
        scores[2][item] = (float) random.nextGaussian();
      }
      cases.add(new BlendCase(c, scores, 3, -1));
    }
    BlendWeights weights =
        BlendFit.fit(cases, List.of(LOGITS, named("second"), named("noise")), 10);

    assertThat(weights.uses("lstm")).isTrue();
    assertThat(weights.uses("second")).isTrue();
    assertThat(
            weights.parts().stream()
                .filter(part -> part.model().equals("noise"))
                .mapToDouble(BlendWeights.Part::weight)
                .sum())
        .isLessThan(0.2);
  }

  @Test
  void theFitFindsTheWeightsThatTheTargetsWereDrawnWith() {
    SplittableRandom random = new SplittableRandom(5);
    List<float[][]> cases = new ArrayList<>();
    for (int c = 0; c < 4000; c++) {
      cases.add(drawn(random, 2, 0.5));
    }
    double[] weights =
        ConditionalLogit.fit(cases, new boolean[] {true, true, true}, 1e-6).weights();

    assertThat(weights[0]).isEqualTo(2, within(0.15));
    assertThat(weights[1]).isEqualTo(0.5, within(0.1));
    assertThat(weights[2]).isEqualTo(0, within(0.1));
    double[] without =
        ConditionalLogit.fit(cases, new boolean[] {true, false, true}, 1e-6).weights();
    assertThat(without[1]).isZero();
  }

  @Test
  void hiddenUnitsTrustOneModelAfterShortHistoriesAndTheOtherAfterLongOnes() {
    SplittableRandom random = new SplittableRandom(8);
    List<BlendCase> cases = new ArrayList<>();
    for (int c = 0; c < 2000; c++) {
      float[][] scores = new float[2][20];
      for (int item = 0; item < 20; item++) {
        for (float[] ofModel : scores) {
          ofModel[item] = (float) random.nextGaussian();
        }
      }
      // One model knows the target, and the other one is as sure of something else.
      int length = c % 2 == 0 ? 1 : 20;
      scores[c % 2][0] += 6;
      scores[1 - c % 2][1] += 6;
      cases.add(new BlendCase(c, scores, length, -1));
    }
    List<Ranker> models = List.of(LOGITS, named("second"));
    BlendWeights weights = BlendFit.fit(cases, models, 10);

    assertThat(weights.hiddenUnits()).isNotEmpty();
    assertThat(BlendFit.fit(cases, models, 10)).isEqualTo(weights);
    // A sum has to believe both alike, and is right half of the time.
    assertThat(firstPlaces(cases, new BlendWeights(weights.parts()))).isLessThan(1200);
    assertThat(firstPlaces(cases, weights)).isGreaterThan(1850);
  }

  @Test
  void hiddenUnitsKnowTheNewestItem() {
    SplittableRandom random = new SplittableRandom(9);
    List<BlendCase> cases = new ArrayList<>();
    for (int c = 0; c < 1000; c++) {
      float[][] scores = new float[2][20];
      for (int item = 0; item < 20; item++) {
        // Both models love the item that was clicked last as much as the target.
        scores[0][item] = (float) ((item < 2 ? 4 : 0) + random.nextGaussian());
        scores[1][item] = (float) ((item < 2 ? 4 : 0) + random.nextGaussian());
      }
      cases.add(new BlendCase(c, scores, 3, 1));
    }
    BlendWeights weights = BlendFit.fit(cases, List.of(LOGITS, named("second")), 10);

    // It is never clicked twice.
    assertThat(firstPlaces(cases, weights)).isGreaterThan(950);
    assertThat(firstPlaces(cases, new BlendWeights(weights.parts()))).isLessThan(600);
  }

  @Test
  void theGradientOfTheHiddenLayerIsTheSlopeOfItsLoss() {
    SplittableRandom random = new SplittableRandom(10);
    HiddenLayerGradient layer = new HiddenLayerGradient(4, 3);
    float[] numbers = layer.numbers();
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    float[][] ofCase = drawn(random, 1, 1);
    float[] gradient = new float[numbers.length];
    layer.addGradient(ofCase, gradient);

    float step = 1e-3f;
    for (int i = 0; i < numbers.length; i++) {
      float number = numbers[i];
      numbers[i] = number + step;
      double above = layer.loss(ofCase);
      numbers[i] = number - step;
      double below = layer.loss(ofCase);
      numbers[i] = number;
      assertThat((double) gradient[i]).isCloseTo((above - below) / (2 * step), within(2e-3));
    }
  }

  private static long firstPlaces(List<BlendCase> cases, BlendWeights weights) {
    HiddenLayer hidden = new HiddenLayer(weights.hiddenUnits());
    return cases.stream()
        .filter(
            each -> {
              double[] sums = new double[each.scores()[0].length];
              for (int c = 0; c < sums.length; c++) {
                for (int m = 0; m < each.scores().length; m++) {
                  sums[c] += weights.parts().get(m).weight() * each.scores()[m][c];
                }
                sums[c] += hidden.of(each.scores(), c, each.length(), c == each.newest());
              }
              return sums[0] == Arrays.stream(sums).max().orElseThrow();
            })
        .count();
  }

  @Test
  void aModelThatSpeaksForEverythingElseHasNoSay() {
    SplittableRandom random = new SplittableRandom(6);
    List<BlendCase> cases = new ArrayList<>();
    for (int c = 0; c < 800; c++) {
      cases.add(new BlendCase(c, drawn(random, 2, -2), 3, -1));
    }

    BlendWeights weights =
        BlendFit.fit(cases, List.of(LOGITS, named("against"), named("noise")), 10);
    assertThat(weights.uses("lstm")).isTrue();
    assertThat(weights.uses("against")).isFalse();
  }

  @Test
  void oneModelStandsAloneWhereNothingAddsToIt() {
    SplittableRandom random = new SplittableRandom(7);
    List<BlendCase> cases = new ArrayList<>();
    for (int c = 0; c < 300; c++) {
      float[][] scores = new float[2][40];
      for (int item = 0; item < 40; item++) {
        scores[0][item] = item == 0 ? 1 : 0;
        scores[1][item] = (float) random.nextGaussian();
      }
      cases.add(new BlendCase(c, scores, 3, -1));
    }

    BlendWeights weights = BlendFit.fit(cases, List.of(LOGITS, named("noise")), 10);
    assertThat(weights.isBlend()).isFalse();
    assertThat(weights.uses("lstm")).isTrue();
  }

  @Test
  void candidatesAreTheBestItemsAndSeenOnesOnlyWhereTheyAreJudged() {
    // Histories of item 1; the targets are item 2, then item 1 again.
    Dataset<Row> part =
        LocalSpark.session()
            .createDataFrame(
                List.of(RowFactory.create(List.of("i1", "i2", "i1"), 1)),
                new StructType()
                    .add("items", DataTypes.createArrayType(DataTypes.StringType))
                    .add("first_target", DataTypes.IntegerType));
    Broadcast<Vocabulary> vocabulary = Rankers.spark().broadcast(Rankers.part(3).vocabulary());

    assertThat(cases(part, vocabulary, false))
        .extracting(each -> each.scores()[0].length)
        .containsExactly(3, 3);
    // The newest item is item 1, then item 2; candidates stand in order of their scores.
    assertThat(cases(part, vocabulary, false))
        .extracting(BlendCase::length, BlendCase::newest)
        .containsExactly(tuple(1, 2), tuple(2, 2));
    List<BlendCase> unseen = cases(part, vocabulary, true);
    assertThat(unseen).hasSize(1);
    // The target, item 2, comes first; item 1 was seen.
    assertThat(unseen.get(0).scores()[0]).containsExactly(2, 3);
  }

  @Test
  void aCaseWhoseTargetNoModelReachesIsLeftOut() {
    int items = 150;
    FixedRanker smallestFirst = FixedRanker.of("lstm", Scale.LOGARITHM, items, item -> -item);
    Dataset<Row> part =
        LocalSpark.session()
            .createDataFrame(
                List.of(RowFactory.create(List.of("i1", "i50", "i51"), 1)),
                new StructType()
                    .add("items", DataTypes.createArrayType(DataTypes.StringType))
                    .add("first_target", DataTypes.IntegerType));
    Broadcast<Vocabulary> vocabulary = Rankers.spark().broadcast(Rankers.part(items).vocabulary());

    List<BlendCase> cases =
        new BlendCases(
                Rankers.spark(), List.of(smallestFirst), new BlendCases.Selection(10, false), 50)
            .of(part, vocabulary);
    assertThat(cases).hasSize(1);
    assertThat(cases.get(0).scores()[0][0]).isEqualTo(-50);
    // The best 50, and most of the 20 that are drawn at random from all 150.
    assertThat(cases.get(0).scores()[0]).hasSizeBetween(55, 70);
  }

  @Test
  void theSameCasesAreDrawnHoweverThePartIsStored() {
    List<Row> rows =
        IntStream.range(0, 40)
            .mapToObj(
                row ->
                    RowFactory.create(
                        IntStream.rangeClosed(1, 11)
                            .mapToObj(i -> "i" + (1 + row * i % 97))
                            .toList(),
                        1))
            .toList();
    StructType type =
        new StructType()
            .add("items", DataTypes.createArrayType(DataTypes.StringType))
            .add("first_target", DataTypes.IntegerType);
    Dataset<Row> part = LocalSpark.session().createDataFrame(rows, type);
    List<Row> reversed = new ArrayList<>(rows);
    Collections.reverse(reversed);
    Dataset<Row> other = LocalSpark.session().createDataFrame(reversed, type).repartition(5);
    Broadcast<Vocabulary> vocabulary = Rankers.spark().broadcast(Rankers.part(97).vocabulary());
    BlendCases drawn =
        new BlendCases(
            Rankers.spark(),
            List.of(FixedRanker.of("lstm", Scale.LOGARITHM, 97, item -> item)),
            new BlendCases.Selection(100, false),
            97);

    List<BlendCase> cases = drawn.of(part, vocabulary);
    assertThat(cases).hasSizeBetween(60, 100);
    assertThat(drawn.of(other, vocabulary)).usingRecursiveComparison().isEqualTo(cases);
    assertThat(cases.stream().map(BlendCase::length).distinct()).hasSize(10);
  }

  private static List<BlendCase> cases(
      Dataset<Row> part, Broadcast<Vocabulary> vocabulary, boolean excludeSeen) {
    return new BlendCases(
            Rankers.spark(), List.of(LOGITS), new BlendCases.Selection(10, excludeSeen), 50)
        .of(part, vocabulary);
  }

  /** A case of three random features whose target is drawn by the softmax of the first two. */
  private static float[][] drawn(SplittableRandom random, double first, double second) {
    float[][] features = new float[3][20];
    int chosen = 0;
    double highest = Double.NEGATIVE_INFINITY;
    for (int item = 0; item < 20; item++) {
      for (float[] feature : features) {
        feature[item] = (float) random.nextGaussian();
      }
      // The highest sum of score and Gumbel noise is a draw from the softmax of the scores.
      double score =
          first * features[0][item]
              + second * features[1][item]
              - Math.log(-Math.log(random.nextDouble()));
      if (score > highest) {
        highest = score;
        chosen = item;
      }
    }
    for (float[] feature : features) {
      float target = feature[chosen];
      feature[chosen] = feature[0];
      feature[0] = target;
    }
    return features;
  }

  private static FixedRanker named(String name) {
    return new FixedRanker(name, Scale.LOGARITHM, LOGITS.scores());
  }
}
