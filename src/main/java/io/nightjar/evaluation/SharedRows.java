package io.nightjar.evaluation;

import io.nightjar.network.FloatMatrix;
import java.io.Serializable;

/**
 * A matrix that every task of an executor reads. It is broadcast as a heap array and copied outside
 * the heap once per executor, when the first task asks; the copy goes when the broadcast does.
 */
final class SharedRows implements Serializable {
  private static final long serialVersionUID = 1L;

  private final float[] rows;
  private transient FloatMatrix memory;

  SharedRows(float[] rows) {
    this.rows = rows;
  }

  float[] onHeap() {
    return rows;
  }

  /** The executor's copy, for one thread; not to be written. */
  synchronized FloatMatrix view() {
    if (memory == null) {
      memory = FloatMatrix.copyOf(rows);
    }
    return memory.view();
  }
}
