package io.nightjar.recommend;

import io.nightjar.evaluation.Ranker;

/**
 * Goes through the catalogue once for a batch of users, in blocks of items whose scores for all of
 * them stay in the processor's cache. Exact: every item is scored for every user. Memory is the
 * block's, however many users and items there are.
 */
public final class BlockedTopK {
  /** Scores of a block, 1 MiB. */
  private static final int SCORES_PER_BLOCK = 1 << 18;

  private static final int LEAST_ITEMS_PER_BLOCK = 64;

  private final int vocabularySize;
  private float[] scores = {};

  public BlockedTopK(int vocabularySize) {
    this.vocabularySize = vocabularySize;
  }

  /** Takes a row of scores: of one user, for a range of items. */
  @FunctionalInterface
  public interface Row {
    /**
     * @param user number of the prefix
     * @param at where the row starts in {@code scores}, which may be changed
     */
    void take(int user, float[] scores, int at, int width, int firstItem);
  }

  /**
   * Scores every item for every prepared prefix.
   *
   * @param scorer with {@code users} prefixes prepared
   */
  public void scan(Ranker.Scorer scorer, int users, Row row) {
    int step = Math.max(LEAST_ITEMS_PER_BLOCK, SCORES_PER_BLOCK / Math.max(1, users));
    if (scores.length < users * Math.min(step, vocabularySize)) {
      scores = new float[users * Math.min(step, vocabularySize)];
    }
    for (int from = 1; from < vocabularySize; from += step) {
      int to = Math.min(vocabularySize, from + step);
      scorer.score(from, to, scores);
      for (int user = 0; user < users; user++) {
        row.take(user, scores, user * (to - from), to - from, from);
      }
    }
  }
}
