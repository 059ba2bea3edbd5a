package io.nightjar.training;

import java.io.Serializable;

/**
 * A slice of time that all workers train on before they are averaged. Mini-batches are numbered
 * over the whole data in order of time; mini-batch b belongs to worker b mod workers.
 *
 * @param epoch from 0
 * @param index of the round in its epoch, from 0
 * @param rounds in the epoch
 * @param from first mini-batch of each worker
 * @param to end of the mini-batches of each worker, exclusive
 */
record Round(int epoch, int index, int rounds, int from, int to) implements Serializable {

  /** What the Spark UI calls the round's jobs. */
  String description() {
    return "train: epoch %d, round %d of %d".formatted(epoch + 1, index + 1, rounds);
  }

  /** Whether no round of the epoch follows. */
  boolean isLast() {
    return index + 1 == rounds;
  }
}
