package io.nightjar.training;

import io.nightjar.network.NetworkShape;
import io.nightjar.network.StepSettings;

/**
 * What a training will need at least, in bytes, computed before it starts.
 *
 * @param parameters of the network on the heap, optimizer state included; the driver holds them,
 *     and each executor
 * @param workerHeap of one worker: its copies of touched rows and its mini-batches
 * @param workerOffHeap of one worker: the matrices that BLAS works on
 * @param driverHeap parameters, the best epoch's parameters, and the updates of a round
 * @param driverOffHeap the stock DL4J network
 */
public record MemoryEstimate(
    long parameters, long workerHeap, long workerOffHeap, long driverHeap, long driverOffHeap) {

  private static final long MEBIBYTE = 1L << 20;

  /** Scores of a block and their gradient. */
  private static final long SCORE_FLOATS = 1L << 18;

  /** Arrays grow by a quarter more than they need. */
  private static final double ROOM = 1.25;

  /** Numbers per position and layer: gates, cells, outputs, gradients, target vectors and masks. */
  private static final long STATES_PER_POSITION = 18;

  /**
   * Estimates.
   *
   * @param sequenceLength longest sequence, in events
   * @param workers that train side by side
   * @param workersPerExecutor how many of them share an executor's memory
   */
  public static MemoryEstimate of(
      NetworkShape shape,
      TrainingSettings settings,
      int sequenceLength,
      int workers,
      int workersPerExecutor) {
    StepSettings step = settings.step();
    long items = shape.vocabularySize();
    int outputWidth = shape.hidden() + 1;
    long row = (long) outputWidth + step.optimizer().stateWidth(outputWidth);
    if (!shape.tiedWeights()) {
      row += (long) shape.embedding() + step.optimizer().stateWidth(shape.embedding());
    }
    long lstm = 0;
    for (int i = 0; i < shape.layers(); i++) {
      lstm += 4L * shape.hidden() * (shape.inputOfLayer(i) + shape.hidden() + 1);
    }
    long parameters = Float.BYTES * (items * row + 2 * lstm);
    long positions = (long) settings.batch() * Math.min(sequenceLength, 64);
    long touchedPerBatch = Math.min(items, step.objective().negatives() + 2 * positions);
    if (step.objective().negatives() == 0) {
      touchedPerBatch = items;
    }
    long touched = Math.min(items, touchedPerBatch * settings.averaging().frequency());
    long states = (long) (ROOM * positions * shape.hidden() * STATES_PER_POSITION * shape.layers());
    long workerHeap =
        Integer.BYTES * items + Float.BYTES * (2 * touched * row + touchedPerBatch * row + states);
    long workerOffHeap = Float.BYTES * (SCORE_FLOATS + 2 * states + 4 * lstm);
    long vectors = shape.embedding() + shape.hidden() + 1L;
    return new MemoryEstimate(
        parameters,
        workerHeap,
        workerOffHeap,
        2 * parameters
            + (long) workers * Float.BYTES * touched * row / Math.max(1, workersPerExecutor),
        Float.BYTES * items * vectors);
  }

  /** Heap that a process needs for so many workers at a time. */
  public long executorHeap(int workersPerExecutor) {
    return parameters + workersPerExecutor * workerHeap;
  }

  /** Memory outside the heap that a process needs for so many workers at a time. */
  public long executorOffHeap(int workersPerExecutor) {
    return workersPerExecutor * workerOffHeap;
  }

  /** The numbers in one line, for the log. */
  @Override
  public String toString() {
    return "parameters and optimizer state %,d MiB; a worker %,d MiB heap, %,d MiB off-heap; driver %,d MiB heap, %,d MiB off-heap"
        .formatted(
            parameters / MEBIBYTE,
            workerHeap / MEBIBYTE,
            workerOffHeap / MEBIBYTE,
            driverHeap / MEBIBYTE,
            driverOffHeap / MEBIBYTE);
  }
}
