package io.nightjar.network;

import java.util.Arrays;

/**
 * The item rows of one mini-batch and their gradients: each row that the mini-batch touches has one
 * slot, however often it occurs.
 */
final class RowGradients {

  private static final int NO_SLOT = 0;

  /** Rows that are fetched before the first of them is updated: their cache misses overlap. */
  private static final int ROWS_AT_A_TIME = 16;

  private final ItemRows rows;
  private final int width;
  private final float[][] rowWeights;
  private final float[][] rowState;
  private final float[] rowGradient;

  /** One more than the slot, so that new entries say {@link #NO_SLOT}. */
  private int[] slotOfRow = {};

  private int[] rowOfSlot = new int[1024];
  private float[] gradient = {};
  private int size;

  RowGradients(ItemRows rows) {
    this.rows = rows;
    width = rows.width();
    rowWeights = new float[ROWS_AT_A_TIME][width];
    rowState = new float[ROWS_AT_A_TIME][rows.stateWidth()];
    rowGradient = new float[width];
  }

  /** The slot of an item, added to the mini-batch with a zero gradient if it is new. */
  int slot(int item) {
    int row = rows.row(item);
    if (row >= slotOfRow.length) {
      slotOfRow = Arrays.copyOf(slotOfRow, Math.max(2 * slotOfRow.length, row + 1024));
    }
    return slotOfRow[row] == NO_SLOT ? add(row) : slotOfRow[row] - 1;
  }

  /** Slots in use. */
  int size() {
    return size;
  }

  /** Where the weights of a slot begin in {@link ItemRows#weights()}. */
  int weightsAt(int slot) {
    return rowOfSlot[slot] * width;
  }

  /** {@code [size][width]}; another array after {@link #slot} added one. */
  float[] gradient() {
    return gradient;
  }

  /** Adds {@code scale * values} to the gradient of a slot, {@code count} numbers. */
  void add(int slot, float scale, float[] values, int from, int count) {
    int at = slot * width;
    for (int i = 0; i < count; i++) {
      gradient[at + i] += scale * values[from + i];
    }
  }

  /** Sets the gradient of a slot's vector, the bias left out. */
  void set(int slot, FloatMatrix values, int from) {
    values.read(from, gradient, slot * width, rows.vectorWidth());
  }

  /** Adds to the gradient of a slot's bias. */
  void addToBias(int slot, float value) {
    gradient[slot * width + width - 1] += value;
  }

  /** Updates every row of the mini-batch and begins the next one. */
  void applyAndClear(Optimizer optimizer, float learningRate) {
    for (int from = 0; from < size; from += ROWS_AT_A_TIME) {
      apply(optimizer, learningRate, from, Math.min(size, from + ROWS_AT_A_TIME));
    }
    clear();
  }

  private void apply(Optimizer optimizer, float learningRate, int from, int to) {
    int stateWidth = rows.stateWidth();
    float[] weights = rows.weights();
    float[] state = rows.state();
    for (int slot = from; slot < to; slot++) {
      int row = rowOfSlot[slot];
      System.arraycopy(weights, row * width, rowWeights[slot - from], 0, width);
      System.arraycopy(state, row * stateWidth, rowState[slot - from], 0, stateWidth);
    }
    for (int slot = from; slot < to; slot++) {
      int row = rowOfSlot[slot];
      float[] newWeights = rowWeights[slot - from];
      float[] newState = rowState[slot - from];
      System.arraycopy(gradient, slot * width, rowGradient, 0, width);
      optimizer.update(newWeights, newState, rowGradient, width, learningRate);
      System.arraycopy(newWeights, 0, weights, row * width, width);
      System.arraycopy(newState, 0, state, row * stateWidth, stateWidth);
      rows.touch(row);
    }
  }

  /** Begins the next mini-batch. */
  void clear() {
    for (int slot = 0; slot < size; slot++) {
      slotOfRow[rowOfSlot[slot]] = NO_SLOT;
    }
    size = 0;
  }

  /** Adds the penalties' gradient to that of every item vector; biases go free. */
  void penalize(float l1, float l2) {
    for (int slot = 0; slot < size; slot++) {
      GradientShaping.penalize(
          gradient, slot * width, rows.weights(), weightsAt(slot), rows.vectorWidth(), l1, l2);
    }
  }

  /** Sum of the squares of all gradients. */
  double squaredNorm() {
    return GradientShaping.squaredNorm(gradient, size * width);
  }

  /** Multiplies all gradients. */
  void scale(float factor) {
    GradientShaping.scale(gradient, size * width, factor);
  }

  private int add(int row) {
    if (size == rowOfSlot.length) {
      rowOfSlot = Arrays.copyOf(rowOfSlot, 2 * size);
    }
    if ((size + 1) * width > gradient.length) {
      gradient = Arrays.copyOf(gradient, Math.max(2 * gradient.length, (size + 1024) * width));
    }
    Arrays.fill(gradient, size * width, (size + 1) * width, 0f);
    rowOfSlot[size] = row;
    slotOfRow[row] = size + 1;
    return size++;
  }
}
