package io.nightjar.training;

import java.util.stream.IntStream;

/** Work on many rows that do not depend on each other, by all cores of the process. */
final class RowRanges {

  /** Rows of a range: enough to make handing it over worth it. */
  private static final int ROWS = 2048;

  private RowRanges() {}

  /** What is done with the rows of a range. */
  @FunctionalInterface
  interface RangeTask {
    /** Works on rows {@code from} to {@code to}, exclusive. */
    void run(int from, int to);
  }

  /** Runs a task over the rows 0 to {@code rows}, exclusive, in ranges that do not overlap. */
  static void forEach(int rows, RangeTask task) {
    int ranges = (rows + ROWS - 1) / ROWS;
    IntStream.range(0, ranges)
        .parallel()
        .forEach(range -> task.run(range * ROWS, Math.min(rows, (range + 1) * ROWS)));
  }
}
