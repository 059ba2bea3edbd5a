package io.nightjar.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nightjar.config.AlsConfig;
import io.nightjar.config.RulesConfig;
import io.nightjar.config.SessionKnnConfig;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BaselineRankersTest {
  private static final float NEARLY = 1e-5f;

  @Test
  void popularityCountsTheWindowOnly() {
    TrainingPart part = Rankers.part(3, new int[] {1, 1, 1}, new int[] {2, 3}, new int[] {3, 3});

    assertThat(scores(PopularityRanker.train(part, Duration.ofDays(1)), 3, 1))
        .containsExactly(new float[] {0, 0.25f, 0.75f}, within(NEARLY));
    // Over all of training the vocabulary's counts are what counts: 3, 2 and 1.
    assertThat(scores(PopularityRanker.train(part, Duration.ZERO), 3, 1))
        .containsExactly(new float[] {3 / 6f, 2 / 6f, 1 / 6f}, within(NEARLY));
  }

  @Test
  void markovKnowsWhatFollowedTheLastItem() {
    TrainingPart part = Rankers.part(3, new int[] {1, 2, 1, 3, 1, 2}, new int[] {3, 1, 2});

    // After 1 came 2 three times and 3 once; what came before 1 does not matter.
    assertThat(scores(RulesRanker.markov(part), 3, 2, 1))
        .containsExactly(new float[] {0, 0.75f, 0.25f}, within(NEARLY));
    assertThat(scores(RulesRanker.markov(part), 3, 2, 2, 2)[0]).isEqualTo(1);
  }

  @Test
  void rulesWeighByDistanceAndByTheAgeOfTheItem() {
    TrainingPart part = Rankers.part(4, new int[] {1, 2, 3}, new int[] {4, 3});
    RulesRanker rules = RulesRanker.train("rules", part, new RulesConfig(2, 2, false, 2, 10));

    // After 1: 2 weighs 1, 3 weighs 1/4. After 4: 3 weighs 1. History 4, 1: 4 counts a quarter.
    // 2 -> 1, 3 -> 1/4 + 1/4, of 1.5 in all.
    assertThat(scores(rules, 4, 4, 1))
        .containsExactly(new float[] {0, 1 / 1.5f, 0.5f / 1.5f, 0}, within(NEARLY));
  }

  @Test
  void associationsGoBothWaysAndKeepTheStrongest() {
    TrainingPart part = Rankers.part(3, new int[] {1, 2}, new int[] {3, 2}, new int[] {3, 2});
    RulesConfig strongest = new RulesConfig(5, 0, true, 1, 1);

    assertThat(scores(RulesRanker.train("association", part, strongest), 3, 2))
        .containsExactly(new float[] {0, 0, 1}, within(NEARLY));
  }

  @Test
  void neighboursVoteAsTheFormulaSays() {
    // Sessions of day 0 and day 1; time decay 1 day, position decay 1, distance decay 1, no idf.
    TrainingPart part = Rankers.part(5, new int[] {1, 3}, new int[] {2, 4, 5});
    SessionKnn knn = SessionKnn.train(part, new SessionKnnConfig(10, 10, 10, 10, 1, 1, 1, 1, 0));

    // History 1, 2. Session (1, 3): shares 1, one event old: e^-1 / sqrt 2 x e^-1 (a day old), and
    // e^-1 since the newest shared item is one event back. Its items: 1 at distance 0, 3 at 1.
    double older = Math.exp(-3) / Math.sqrt(2);
    // Session (2, 4, 5): shares 2: 1 / sqrt 3, nothing decays.
    double newer = 1 / Math.sqrt(3);
    double e = Math.exp(-1);
    double[] votes = {older, newer, older * e, newer * e, newer * e * e};
    double total = votes[0] + votes[1] + votes[2] + votes[3] + votes[4];
    float[] scores = scores(knn, 5, 1, 2);

    for (int item = 0; item < votes.length; item++) {
      assertThat(scores[item]).isEqualTo((float) (votes[item] / total), within(NEARLY));
    }
  }

  @Test
  void onlyTheNewestSampleAndTheNearestNeighboursVote() {
    TrainingPart part =
        Rankers.part(6, new int[] {1, 3}, new int[] {1, 4}, new int[] {1, 2, 5}, new int[] {6, 3});

    // Of the three sessions with item 1 the sample keeps the two newest; 1-2-5 shares two items.
    SessionKnn one = SessionKnn.train(part, new SessionKnnConfig(1, 2, 10, 10, 0, 0, 0, 0, 0));
    assertThat(scores(one, 6, 1, 2)[4]).isPositive();
    assertThat(scores(one, 6, 1, 2)[3]).isZero();
    SessionKnn two = SessionKnn.train(part, new SessionKnnConfig(5, 2, 10, 10, 0, 0, 0, 0, 0));
    assertThat(scores(two, 6, 1, 2)[3]).isPositive();
    assertThat(scores(two, 6, 1, 2)[2]).isZero();
  }

  @Test
  void repeatsScoreByHowOftenAnItemCameAgainAfterSoManyEvents() {
    TrainingPart part = Rankers.part(4, new int[] {1, 1, 2, 1}, new int[] {3, 4});

    // One event ago: 1 -> 1 came again, 1 -> 2, 2 -> 1 and 3 -> 4 did not. Two events ago: 1 came
    // again the one time that another item stood between. No history of two different items was
    // continued, so that is all that is known.
    RepeatRanker repeat = RepeatRanker.train(part);
    assertThat(scores(repeat, 4, 3, 4))
        .containsExactly(new float[] {0, 0, 1, 0.25f}, within(NEARLY));
    // An item counts by its newest time alone; the one history 1, 1 did not go on with 1.
    assertThat(scores(repeat, 4, 4, 4))
        .containsExactly(new float[] {0, 0, 0, (0 + 5 * 0.25f) / (1 + 5)}, within(NEARLY));
    // Of two histories of one item, one went on with it.
    assertThat(scores(repeat, 4, 2))
        .containsExactly(new float[] {0, (1 + 5 * 0.25f) / (2 + 5), 0, 0}, within(NEARLY));
  }

  @Test
  void aRareItemGetsMoreWithIdf() {
    int[][] sessions = {{1, 2}, {1, 3}, {2, 4}, {2, 4}};
    SessionKnnConfig plain = new SessionKnnConfig(9, 9, 9, 9, 0, 0, 0, 0, 0);
    SessionKnnConfig idf = new SessionKnnConfig(9, 9, 9, 9, 0, 0, 0, 0, 1);
    TrainingPart part = Rankers.part(4, sessions);
    float[] flat = scores(SessionKnn.train(part, plain), 4, 1);
    float[] weighted = scores(SessionKnn.train(part, idf), 4, 1);

    assertThat(flat[1]).isEqualTo(flat[2]);
    // ln(4 sessions / 1) against ln(4 / 3).
    assertThat(weighted[2] / weighted[1])
        .isEqualTo((float) ((1 + Math.log(4)) / (1 + Math.log(4 / 3.0))), within(NEARLY));
  }

  @Test
  void alsRecommendsWithinTheTasteOfTheHistory() {
    int[][] sessions = new int[40][];
    for (int s = 0; s < sessions.length; s++) {
      sessions[s] = s % 2 == 0 ? new int[] {1, 2, 3} : new int[] {4, 5, 6};
    }
    AlsRanker als = AlsRanker.train(Rankers.part(6, sessions), new AlsConfig(4, 8, 0.1, 10), 1);

    float[] scores = scores(als, 6, 1, 2);
    assertThat(scores[2]).isGreaterThan(Math.max(scores[3], Math.max(scores[4], scores[5])));
  }

  @Test
  void normalEquationsAreSolved() {
    // 4 x + 2 y = 10, 2 x + 3 y = 11: x = 1, y = 3.
    assertThat(NormalEquations.solve(new double[] {4, 2, 2, 3}, new double[] {10, 11}))
        .containsExactly(new double[] {1, 3}, within(1e-12));
  }

  /** Scores, which must not depend on the blocks that they are made in. */
  private static float[] scores(Ranker ranker, int items, int... history) {
    float[] scores = Rankers.scores(ranker, items, history);
    assertThat(Rankers.scoresInBlocks(ranker, items, history))
        .containsExactly(scores, within(NEARLY));
    return scores;
  }
}
