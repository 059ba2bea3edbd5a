package io.nightjar.network;

import java.util.Arrays;

/**
 * A mini-batch of sequences of different lengths, laid out by time step without padding: the
 * longest sequence comes first, so that the rows that are active at a time step are a prefix of
 * those of the step before.
 *
 * <p>Position {@code p = offset(t) + row} is time step {@code t} of row {@code row}. For one
 * thread; the arrays are reused from batch to batch and may be longer than the batch needs.
 */
public final class PackedBatch {

  private int rows;
  private int steps;
  private int[] offsets = new int[2];
  private int[] order = new int[1];
  private int[] items = new int[1];
  private int[] lengthCounts = new int[2];

  /**
   * Packs a range of time steps of the given sequences.
   *
   * @param sequences item indices, oldest first
   * @param count how many of them belong to the batch
   * @param dropped time steps at the end of each sequence that are left out: 1 where the last item
   *     is only a target
   * @param from first time step
   * @param to end of the time steps, exclusive
   */
  public void pack(int[][] sequences, int count, int dropped, int from, int to) {
    rows = count;
    orderByLength(sequences, count, dropped, from, to);
    steps = count == 0 ? 0 : stepsOf(sequences[order[0]], dropped, from, to);
    offsets = atLeast(offsets, steps + 1);
    offsets[0] = 0;
    int active = count;
    for (int t = 0; t < steps; t++) {
      while (stepsOf(sequences[order[active - 1]], dropped, from, to) <= t) {
        active--;
      }
      items = grown(items, offsets[t] + active);
      for (int row = 0; row < active; row++) {
        items[offsets[t] + row] = sequences[order[row]][from + t];
      }
      offsets[t + 1] = offsets[t] + active;
    }
  }

  /** Sequences in the batch, those without a step in the range included. */
  public int rows() {
    return rows;
  }

  /** Time steps of the longest sequence. */
  public int steps() {
    return steps;
  }

  /** Time steps of all sequences together. */
  public int positions() {
    return steps == 0 ? 0 : offsets[steps];
  }

  /** The first position of a time step; {@code offset(steps())} is {@link #positions()}. */
  public int offset(int step) {
    return offsets[step];
  }

  /** How many rows are active at a time step. */
  public int active(int step) {
    return step < steps ? offsets[step + 1] - offsets[step] : 0;
  }

  /** The sequence that a row holds. */
  public int sequence(int row) {
    return order[row];
  }

  /** The item at a position. */
  public int item(int position) {
    return items[position];
  }

  private void orderByLength(int[][] sequences, int count, int dropped, int from, int to) {
    int longest = 0;
    for (int i = 0; i < count; i++) {
      longest = Math.max(longest, stepsOf(sequences[i], dropped, from, to));
    }
    lengthCounts = atLeast(lengthCounts, longest + 2);
    Arrays.fill(lengthCounts, 0, longest + 2, 0);
    for (int i = 0; i < count; i++) {
      lengthCounts[longest - stepsOf(sequences[i], dropped, from, to) + 1]++;
    }
    for (int i = 0; i <= longest; i++) {
      lengthCounts[i + 1] += lengthCounts[i];
    }
    order = atLeast(order, count);
    for (int i = 0; i < count; i++) {
      order[lengthCounts[longest - stepsOf(sequences[i], dropped, from, to)]++] = i;
    }
  }

  private static int stepsOf(int[] sequence, int dropped, int from, int to) {
    return Math.max(0, Math.min(to, sequence.length - dropped) - from);
  }

  private static int[] atLeast(int[] array, int length) {
    return array.length >= length ? array : new int[length + length / 4];
  }

  private static int[] grown(int[] array, int length) {
    return array.length >= length ? array : Arrays.copyOf(array, length + length / 2);
  }
}
