package io.nightjar.evaluation;

import java.io.Serializable;
import java.util.Comparator;

/**
 * A part of the cases that is judged by itself, like {@code position 3-5}.
 *
 * @param dimension what the cases are divided by
 * @param order place among the slices of the dimension
 * @param name which of its parts this is
 */
public record Slice(String dimension, int order, String name)
    implements Serializable, Comparable<Slice> {
  private static final long serialVersionUID = 1L;

  private static final Comparator<Slice> ORDER =
      Comparator.comparing(Slice::dimension).thenComparing(Slice::order);

  private static final int[] POSITIONS = {1, 2, 5, 10, 20};
  private static final int[] LENGTHS = {2, 5, 10, 20, 50};

  /** By how many known items stand before the target. */
  static Slice position(int known) {
    return range("position", known, POSITIONS);
  }

  /** By how many items the whole held-out sequence has. */
  static Slice length(int items) {
    return range("length", items, LENGTHS);
  }

  /** By whether training knew the user. */
  static Slice user(boolean known) {
    return known ? new Slice("user", 0, "known") : new Slice("user", 1, "new");
  }

  private static Slice range(String dimension, int value, int[] ends) {
    int from = 0;
    for (int i = 0; i < ends.length; i++) {
      if (value <= ends[i]) {
        String name = from + 1 >= ends[i] ? "" + ends[i] : from + 1 + "-" + ends[i];
        return new Slice(dimension, i, name);
      }
      from = ends[i];
    }
    return new Slice(dimension, ends.length, from + 1 + "+");
  }

  @Override
  public int compareTo(Slice other) {
    return ORDER.compare(this, other);
  }
}
