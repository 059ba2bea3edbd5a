package io.nightjar.network;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Numbers outside the Java heap, for BLAS to read and write in place: JavaCPP copies a heap array
 * into native memory and back on every call. Element-wise work happens on heap arrays, which the
 * JIT vectorizes, between {@link #read} and {@link #write}.
 *
 * <p>For one thread at a time; {@link #close()} gives the memory back.
 */
public final class FloatMatrix implements AutoCloseable {

  private FloatPointer pointer;
  private FloatBuffer buffer;

  /** Keeps the memory of a view from being given back. */
  private FloatMatrix owner;

  /**
   * @param capacity numbers to hold, at least 1; all zero at first
   */
  public FloatMatrix(int capacity) {
    allocate(capacity);
  }

  /** A matrix that starts as a copy of the given numbers. */
  public static FloatMatrix copyOf(float[] values) {
    FloatMatrix matrix = new FloatMatrix(values.length);
    matrix.write(0, values, 0, values.length);
    return matrix;
  }

  /**
   * The same memory for another thread. It is given back when this matrix is closed, or collected
   * with all of its views.
   */
  public FloatMatrix view() {
    return new FloatMatrix(this);
  }

  private FloatMatrix(FloatMatrix shared) {
    owner = shared;
    pointer = new FloatPointer(shared.pointer);
    buffer = shared.buffer.duplicate();
  }

  /** Makes room for so many numbers. Growing loses the content. */
  public void ensureCapacity(int capacity) {
    if (buffer.capacity() < capacity) {
      close();
      allocate(capacity + capacity / 4);
    }
  }

  /** Copies {@code count} numbers from here to the heap. */
  public void read(int from, float[] target, int targetFrom, int count) {
    buffer.get(from, target, targetFrom, count);
  }

  /** Copies {@code count} numbers from the heap to here. */
  public void write(int to, float[] source, int sourceFrom, int count) {
    buffer.put(to, source, sourceFrom, count);
  }

  /** Sets {@code count} numbers to zero. */
  public void clear(int from, int count) {
    Pointer.memset(at(from), 0, (long) Float.BYTES * count);
  }

  /** The memory of the number at an offset; valid until the next call of this method. */
  FloatPointer at(int offset) {
    return pointer.position(offset);
  }

  @Override
  public void close() {
    if (owner == null) {
      pointer.close();
    }
    owner = null;
  }

  private void allocate(int capacity) {
    pointer = new FloatPointer(Math.max(1, capacity));
    buffer = pointer.asBuffer();
    clear(0, Math.max(1, capacity));
  }
}
