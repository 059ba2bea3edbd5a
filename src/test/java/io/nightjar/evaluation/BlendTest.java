package io.nightjar.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nightjar.config.SessionKnnConfig;
import io.nightjar.evaluation.Ranker.Scale;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
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
                    .toList()),
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
        scores[0][item] = (float) ((item == 0 ? 1.5 : 0) + gaussian(random));
        scores[1][item] = (float) ((item == 0 ? 1.5 : 0) + gaussian(random));
        scores[2][item] = (float) gaussian(random);
      }
      cases.add(new BlendCase(scores));
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

  private static FixedRanker named(String name) {
    return new FixedRanker(name, Scale.LOGARITHM, LOGITS.scores());
  }

  /** The sum of twelve uniform numbers less six. */
  private static double gaussian(SplittableRandom random) {
    return random.doubles(12).sum() - 6;
  }
}
