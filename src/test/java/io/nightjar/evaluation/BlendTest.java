package io.nightjar.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nightjar.evaluation.Ranker.Scale;
import java.util.ArrayList;
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
