package io.nightjar.training;

/**
 * Which mini-batches a round covers.
 *
 * @param batchesPerWorker mini-batches of the worker that has most of them
 * @param averaging when workers are averaged
 */
record RoundPlan(int batchesPerWorker, AveragingSettings averaging) {

  /**
   * Averagings of an epoch, at least: many workers that share few clicks would else see each
   * other's only once an epoch, and recommend worse than one worker alone.
   */
  private static final int LEAST_ROUNDS = 3;

  /** With fewer mini-batches per worker than this, a round is not made shorter for that. */
  private static final int LEAST_BATCHES = 16;

  int rounds(int epoch) {
    int least = Math.max(1, Math.min(LEAST_ROUNDS, batchesPerWorker / LEAST_BATCHES));
    return Math.max(
        least, (int) Math.ceil((double) batchesPerWorker / averaging.frequencyIn(epoch)));
  }

  /** Rounds of an epoch are of like length, and none is longer than the averaging frequency. */
  Round round(int epoch, int index) {
    int rounds = rounds(epoch);
    int from = (int) ((long) batchesPerWorker * index / rounds);
    int to = (int) ((long) batchesPerWorker * (index + 1) / rounds);
    return new Round(epoch, index, rounds, from, to);
  }
}
