package io.nightjar.bench;

import io.nightjar.network.Blas;
import io.nightjar.network.FloatMatrix;
import io.nightjar.network.SequenceEncoder;
import java.util.Arrays;

/**
 * How well a network ranks the next item among the whole catalogue. An item that scores as much as
 * the target ranks before it.
 *
 * @param recall10 share of cases with the target among the first 10
 * @param recall20 share of cases with the target among the first 20
 * @param mrr20 mean of 1 / rank, 0 where the rank is above 20
 * @param ndcg10 mean of 1 / log2(rank + 1), 0 where the rank is above 10
 * @param cases positions judged
 */
record RankingQuality(double recall10, double recall20, double mrr20, double ndcg10, long cases) {

  /**
   * Ranks the next item at every position, or only the last one.
   *
   * @param excludeSeen whether items of the sequence so far are taken out of the ranking
   */
  static RankingQuality of(
      SequenceEncoder encoder, int[][] sessions, boolean onlyLast, boolean excludeSeen) {
    int hidden = encoder.hidden();
    int items = encoder.vocabularySize();
    double[] sums = new double[4];
    long cases = 0;
    try (SequenceEncoder.Workspace workspace = encoder.workspace();
        FloatMatrix rows = FloatMatrix.copyOf(encoder.outputRows());
        FloatMatrix states = new FloatMatrix(1);
        FloatMatrix scores = new FloatMatrix(1)) {
      float[] row = new float[items];
      for (int from = 0; from < sessions.length; from += 128) {
        int[][] chunk = Arrays.copyOfRange(sessions, from, Math.min(sessions.length, from + 128));
        int[][] contexts =
            Arrays.stream(chunk)
                .map(s -> Arrays.copyOf(s, Math.max(0, s.length - 1)))
                .toArray(int[][]::new);
        float[] encoded =
            onlyLast ? workspace.lastStates(contexts) : workspace.everyState(contexts);
        int count = encoded.length / hidden;
        states.ensureCapacity(encoded.length);
        states.write(0, encoded, 0, encoded.length);
        scores.ensureCapacity(count * items);
        Blas.multiplyTransposed(count, items, hidden, states, 0, rows, 0, 0f, scores, 0);
        int position = 0;
        for (int[] session : chunk) {
          for (int t = onlyLast ? session.length - 1 : 1; t < session.length; t++, position++) {
            if (t < 1) {
              continue;
            }
            scores.read(position * items, row, 0, items);
            int rank = rank(row, encoder.outputBias(), session, t, excludeSeen);
            sums[0] += rank <= 10 ? 1 : 0;
            sums[1] += rank <= 20 ? 1 : 0;
            sums[2] += rank <= 20 ? 1.0 / rank : 0;
            sums[3] += rank <= 10 ? Math.log(2) / Math.log(rank + 1) : 0;
            cases++;
          }
        }
      }
    }
    return new RankingQuality(
        sums[0] / cases, sums[1] / cases, sums[2] / cases, sums[3] / cases, cases);
  }

  private static int rank(
      float[] scores, float[] bias, int[] session, int targetAt, boolean excludeSeen) {
    int target = session[targetAt];
    float targetScore = scores[target] + bias[target];
    if (excludeSeen) {
      for (int t = 0; t < targetAt; t++) {
        if (session[t] != target) {
          scores[session[t]] = Float.NEGATIVE_INFINITY;
        }
      }
    }
    int rank = 0;
    for (int item = 1; item < scores.length; item++) {
      rank += scores[item] + bias[item] >= targetScore ? 1 : 0;
    }
    return rank;
  }

  @Override
  public String toString() {
    return String.format(
        "recall@20 %.4f mrr@20 %.4f recall@10 %.4f ndcg@10 %.4f (%d cases)",
        recall20, mrr20, recall10, ndcg10, cases);
  }
}
