package io.nightjar.training;

/**
 * Which mini-batches a round covers.
 *
 * @param batchesPerWorker mini-batches of the worker that has most of them
 * @param averaging when workers are averaged
 */
record RoundPlan(int batchesPerWorker, AveragingSettings averaging) {

  int rounds(int epoch) {
    int frequency = averaging.frequencyIn(epoch);
    return Math.max(1, (int) Math.ceil((double) batchesPerWorker / frequency));
  }

  /** Rounds of an epoch are of like length, and none is longer than the averaging frequency. */
  Round round(int epoch, int index) {
    int rounds = rounds(epoch);
    int from = (int) ((long) batchesPerWorker * index / rounds);
    int to = (int) ((long) batchesPerWorker * (index + 1) / rounds);
    return new Round(epoch, index, rounds, from, to);
  }
}
