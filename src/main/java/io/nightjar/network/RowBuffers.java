package io.nightjar.network;

import java.util.Comparator;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Large arrays that come back round after round: a fresh one has to be cleared, and its pages
 * found, before the first row is copied into it. For any number of threads; the arrays hold what
 * they held.
 */
public final class RowBuffers {

  private final ConcurrentSkipListSet<Kept> kept =
      new ConcurrentSkipListSet<>(
          Comparator.<Kept>comparingInt(buffer -> buffer.array().length)
              .thenComparingLong(Kept::number));
  private final AtomicLong numbers = new AtomicLong();

  @SuppressWarnings("ArrayRecordComponent") // Compared by length and number only.
  private record Kept(float[] array, long number) {}

  /** An array of at least so many numbers, which may be anything. */
  public float[] take(int least) {
    for (Kept candidate : kept) {
      if (candidate.array().length >= least && kept.remove(candidate)) {
        return candidate.array();
      }
    }
    return new float[least];
  }

  /** Takes an array back; nobody reads or writes it any more. */
  public void giveBack(float[] array) {
    kept.add(new Kept(array, numbers.incrementAndGet()));
  }

  /** Takes the arrays of rows back. */
  public void giveBack(TouchedRows rows) {
    if (rows != null) {
      giveBack(rows.weights());
      giveBack(rows.state());
    }
  }

  /** A longer array that starts with the same numbers; takes the shorter one back. */
  public float[] grown(float[] array, int used, int least) {
    float[] longer = take(least);
    System.arraycopy(array, 0, longer, 0, used);
    giveBack(array);
    return longer;
  }
}
