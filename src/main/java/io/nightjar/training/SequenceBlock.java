package io.nightjar.training;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Sequences of item indices in order of time, packed into three arrays so that a worker's share is
 * small and quick to ship.
 */
public final class SequenceBlock implements Serializable {

  private static final long serialVersionUID = 1L;

  private int[] items = {};
  private int[] starts = {0};
  private int[] firstTargets = {};
  private int size;

  /**
   * Appends a sequence.
   *
   * @param sequence item indices from 1, oldest first, at least two
   * @param firstTarget index of the first item to learn to predict, at least 1; what comes before
   *     is context
   */
  public void add(int[] sequence, int firstTarget) {
    if (sequence.length < 2 || firstTarget < 1 || firstTarget >= sequence.length) {
      throw new IllegalArgumentException(
          "a sequence of %d items has no item number %d to learn to predict"
              .formatted(sequence.length, firstTarget));
    }
    for (int item : sequence) {
      if (item < 1) {
        throw new IllegalArgumentException("item index is " + item + "; items are 1 and above");
      }
    }
    int from = starts[size];
    int to = Math.addExact(from, sequence.length);
    items = withRoom(items, to);
    starts = withRoom(starts, size + 2);
    firstTargets = withRoom(firstTargets, size + 1);
    System.arraycopy(sequence, 0, items, from, sequence.length);
    firstTargets[size] = firstTarget;
    starts[++size] = to;
  }

  /** Number of sequences. */
  public int size() {
    return size;
  }

  /** A copy of a sequence's items. */
  public int[] sequence(int index) {
    return Arrays.copyOfRange(items, starts[index], starts[index + 1]);
  }

  /** Index of the first item of a sequence to learn to predict. */
  public int firstTarget(int index) {
    return firstTargets[index];
  }

  /** Adds to each item's count how often it occurs, items beyond the counts left out. */
  void addCounts(long[] counts) {
    for (int i = 0; i < starts[size]; i++) {
      if (items[i] < counts.length) {
        counts[items[i]]++;
      }
    }
  }

  /** The largest item index; 0 if there is none. */
  int largestItem() {
    int largest = 0;
    for (int i = 0; i < starts[size]; i++) {
      largest = Math.max(largest, items[i]);
    }
    return largest;
  }

  private static int[] withRoom(int[] array, int length) {
    return array.length >= length
        ? array
        : Arrays.copyOf(array, (int) Math.min(Integer.MAX_VALUE - 8L, length + (long) length));
  }
}
