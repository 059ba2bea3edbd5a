package io.nightjar.evaluation;

import java.io.Serializable;
import java.util.Arrays;

/**
 * A training sequence of known items.
 *
 * @param items item indices, oldest first
 * @param times of the items, in milliseconds since 1970
 */
public record TimedSequence(int[] items, long[] times) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** When the newest item came. */
  long end() {
    return times[times.length - 1];
  }

  /** Sorts sequences by their end, the newest first, and equals by content. */
  NewestFirst newestFirst() {
    return new NewestFirst(-end(), Arrays.hashCode(items));
  }

  /** A sequence's place among all. */
  record NewestFirst(long age, int content) implements Comparable<NewestFirst>, Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public int compareTo(NewestFirst other) {
      int byAge = Long.compare(age, other.age);
      return byAge != 0 ? byAge : Integer.compare(content, other.content);
    }
  }
}
