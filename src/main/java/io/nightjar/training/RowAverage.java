package io.nightjar.training;

import io.nightjar.network.RowBuffers;
import io.nightjar.network.TouchedRows;
import java.util.Arrays;

/**
 * The mean of the workers' item rows, each worker's row weighted by how often it touched it: a
 * plain mean would divide what one worker learned about a rare item by the number of workers.
 * Depends on the order of {@link #add}, and on nothing else.
 */
final class RowAverage {

  private static final int NONE = 0;

  /** One more than the row, so that new entries say {@link #NONE}. */
  private final int[] rowOfItem;

  private final int width;
  private final int stateWidth;
  private final int[] items;
  private final int[] touches;
  private final float[] weights;
  private final float[] state;
  private int size;

  /**
   * @param most different items that will be added at most
   * @param buffers where the arrays of the result come from
   */
  RowAverage(int vocabularySize, int width, int stateWidth, int most, RowBuffers buffers) {
    rowOfItem = new int[vocabularySize];
    this.width = width;
    this.stateWidth = stateWidth;
    items = new int[most];
    touches = new int[most];
    weights = buffers.take(Math.multiplyExact(most, width));
    state = buffers.take(Math.multiplyExact(most, stateWidth));
  }

  /** Takes in the rows of the next worker; what it only read has no say. */
  void add(TouchedRows rows) {
    int[] target = new int[rows.size()];
    float[] share = new float[rows.size()];
    for (int from = 0; from < rows.size(); from++) {
      int item = rows.items()[from];
      target[from] = NONE;
      if (rows.touches()[from] == 0) {
        continue;
      }
      if (rowOfItem[item] == NONE) {
        rowOfItem[item] = ++size;
        items[size - 1] = item;
      }
      int row = rowOfItem[item] - 1;
      touches[row] += rows.touches()[from];
      target[from] = row + 1;
      share[from] = (float) rows.touches()[from] / touches[row];
    }
    // A worker's rows are of different items: no two ranges move the same row.
    RowRanges.forEach(
        rows.size(),
        (first, end) -> {
          for (int from = first; from < end; from++) {
            int row = target[from] - 1;
            if (row < 0) {
              continue;
            }
            moveTowards(weights, row * width, rows.weights(), from * width, width, share[from]);
            moveTowards(
                state, row * stateWidth, rows.state(), from * stateWidth, stateWidth, share[from]);
          }
        });
  }

  /** The means. */
  TouchedRows result() {
    return new TouchedRows(
        Arrays.copyOf(items, size),
        Arrays.copyOf(touches, size),
        width,
        weights,
        stateWidth,
        state);
  }

  /** {@code mean += share (values - mean)}; a share of 1 takes the values over exactly. */
  static void moveTowards(
      float[] mean, int meanAt, float[] values, int valuesAt, int count, float share) {
    if (share == 1f) {
      System.arraycopy(values, valuesAt, mean, meanAt, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      mean[meanAt + i] += share * (values[valuesAt + i] - mean[meanAt + i]);
    }
  }
}
