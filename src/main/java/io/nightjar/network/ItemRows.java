package io.nightjar.network;

import java.util.Arrays;

/**
 * A worker's own copy of the item rows that it touched, over a table that all workers of a process
 * share and none writes to. A row is the item's vector, followed by its output bias where the table
 * has one.
 */
final class ItemRows {

  private static final int FIRST_CAPACITY = 1024;
  private static final int UNTOUCHED = -1;

  private final float[] baseVectors;
  private final float[] baseBias;
  private final float[] baseState;
  private final int vectorWidth;
  private final int width;
  private final int stateWidth;
  private final RowBuffers buffers;
  private final int[] rowOfItem;
  private int[] items = new int[FIRST_CAPACITY];
  private int[] touches = new int[FIRST_CAPACITY];
  private float[] weights;
  private float[] state;
  private int size;

  /**
   * @param vectors {@code [vocabularySize][vectorWidth]}
   * @param bias {@code [vocabularySize]}, or null for a table without
   * @param optimizerState {@code [vocabularySize][stateWidth]}
   * @param buffers where the rows' arrays come from
   */
  ItemRows(
      float[] vectors,
      float[] bias,
      float[] optimizerState,
      int vectorWidth,
      Optimizer optimizer,
      RowBuffers buffers) {
    this.buffers = buffers;
    baseVectors = vectors;
    baseBias = bias;
    baseState = optimizerState;
    this.vectorWidth = vectorWidth;
    width = bias == null ? vectorWidth : vectorWidth + 1;
    stateWidth = optimizer.stateWidth(width);
    rowOfItem = new int[vectors.length / vectorWidth];
    Arrays.fill(rowOfItem, UNTOUCHED);
    weights = buffers.take(FIRST_CAPACITY * width);
    state = buffers.take(FIRST_CAPACITY * stateWidth);
  }

  /** The row of an item, copied from the shared table when it is asked for the first time. */
  int row(int item) {
    int row = rowOfItem[item];
    return row == UNTOUCHED ? copy(item) : row;
  }

  /** Counts a mini-batch that updates a row. */
  void touch(int row) {
    touches[row]++;
  }

  /** Numbers of a row, the bias included. */
  int width() {
    return width;
  }

  /** Numbers of an item's vector. */
  int vectorWidth() {
    return vectorWidth;
  }

  /** Optimizer state of a row. */
  int stateWidth() {
    return stateWidth;
  }

  /** {@code [size][width]}; another array after {@link #row} added one. */
  float[] weights() {
    return weights;
  }

  /** {@code [size][stateWidth]}; another array after {@link #row} added one. */
  float[] state() {
    return state;
  }

  /** The rows touched so far, which are not to be touched any more. */
  TouchedRows touched() {
    return new TouchedRows(
        Arrays.copyOf(items, size),
        Arrays.copyOf(touches, size),
        width,
        weights,
        stateWidth,
        state);
  }

  private int copy(int item) {
    if (size == items.length) {
      int capacity = Math.min(2 * items.length, rowOfItem.length);
      items = Arrays.copyOf(items, capacity);
      touches = Arrays.copyOf(touches, capacity);
    }
    if (weights.length < (size + 1) * width) {
      weights = buffers.grown(weights, size * width, roomFor(width));
    }
    if (state.length < (size + 1) * stateWidth) {
      state = buffers.grown(state, size * stateWidth, roomFor(stateWidth));
    }
    int row = size++;
    rowOfItem[item] = row;
    items[row] = item;
    System.arraycopy(baseVectors, item * vectorWidth, weights, row * width, vectorWidth);
    if (baseBias != null) {
      weights[row * width + vectorWidth] = baseBias[item];
    }
    System.arraycopy(baseState, item * stateWidth, state, row * stateWidth, stateWidth);
    return row;
  }

  /** Numbers of twice as many rows, and of no more than there are. */
  private int roomFor(int rowWidth) {
    return Math.multiplyExact(Math.min(2 * size, rowOfItem.length), rowWidth);
  }
}
