package io.nightjar.network;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Large arrays that come back round after round: a fresh one has to be cleared, and its pages
 * found, before the first row is copied into it. Keeps no more arrays than were ever in use at
 * once, and of those the largest. For any number of threads; the arrays hold what they held.
 */
public final class RowBuffers {

  private static final Comparator<float[]> BY_LENGTH =
      Comparator.comparingInt(array -> array.length);

  private final List<float[]> kept = new ArrayList<>();
  private int lent;
  private int mostLent;

  /** An array of at least so many numbers, which may be anything. */
  public float[] take(int least) {
    float[] found = keptOf(least);
    return found == null ? new float[least] : found;
  }

  /** The smallest kept array of at least so many numbers; null if there is none. */
  private synchronized float[] keptOf(int least) {
    lent++;
    mostLent = Math.max(mostLent, lent);
    float[] smallest =
        kept.stream().filter(array -> array.length >= least).min(BY_LENGTH).orElse(null);
    kept.remove(smallest);
    return smallest;
  }

  /** Takes an array back; nobody reads or writes it any more. */
  public synchronized void giveBack(float[] array) {
    lent--;
    kept.add(array);
    if (lent + kept.size() > mostLent) {
      kept.stream().min(BY_LENGTH).ifPresent(kept::remove);
    }
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

  /** Numbers that the kept arrays hold. */
  synchronized long keptNumbers() {
    return kept.stream().mapToLong(array -> array.length).sum();
  }
}
