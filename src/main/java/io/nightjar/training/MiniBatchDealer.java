package io.nightjar.training;

import org.apache.spark.Partitioner;

/**
 * Deals mini-batches to workers in turn, each as a whole: the key is a sequence's number in order
 * of time, and sequence s of mini-batch {@code s / batch} goes to worker {@code s / batch mod
 * workers}.
 */
final class MiniBatchDealer extends Partitioner {
  private static final long serialVersionUID = 1L;

  private final int workers;
  private final int batch;

  /**
   * @param batch sequences per mini-batch
   */
  MiniBatchDealer(int workers, int batch) {
    this.workers = workers;
    this.batch = batch;
  }

  @Override
  public int numPartitions() {
    return workers;
  }

  @Override
  public int getPartition(Object sequence) {
    return (int) ((Long) sequence / batch % workers);
  }
}
