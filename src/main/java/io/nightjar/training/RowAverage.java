package io.nightjar.training;

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
  private int[] items = {};
  private int[] touches = {};
  private float[] weights = {};
  private float[] state = {};
  private int size;

  RowAverage(int vocabularySize, int width, int stateWidth) {
    rowOfItem = new int[vocabularySize];
    this.width = width;
    this.stateWidth = stateWidth;
  }

  /** Takes in the rows of the next worker. */
  void add(TouchedRows rows) {
    reserve(size + rows.size());
    int[] target = new int[rows.size()];
    float[] share = new float[rows.size()];
    for (int from = 0; from < rows.size(); from++) {
      int item = rows.items()[from];
      if (rowOfItem[item] == NONE) {
        rowOfItem[item] = ++size;
        items[size - 1] = item;
      }
      int row = rowOfItem[item] - 1;
      touches[row] += rows.touches()[from];
      target[from] = row;
      share[from] = (float) rows.touches()[from] / touches[row];
    }
    // A worker's rows are of different items: no two ranges move the same row.
    RowRanges.forEach(
        rows.size(),
        (first, end) -> {
          for (int from = first; from < end; from++) {
            int row = target[from];
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

  private void reserve(int most) {
    int capacity = Math.min(most, rowOfItem.length);
    if (items.length < capacity) {
      items = Arrays.copyOf(items, capacity);
      touches = Arrays.copyOf(touches, capacity);
      weights = Arrays.copyOf(weights, Math.multiplyExact(capacity, width));
      state = Arrays.copyOf(state, Math.multiplyExact(capacity, stateWidth));
    }
  }
}
