package io.nightjar.training;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/** Arrays of floats in a file: the length, then the numbers, big-endian. */
final class FloatArrays {

  private static final int CHUNK_FLOATS = 1 << 14;

  private FloatArrays() {}

  /** Writes an array. */
  static void write(DataOutputStream out, float[] array) throws IOException {
    out.writeInt(array.length);
    ByteBuffer bytes = ByteBuffer.allocate(CHUNK_FLOATS * Float.BYTES);
    FloatBuffer floats = bytes.asFloatBuffer();
    for (int from = 0; from < array.length; from += CHUNK_FLOATS) {
      int count = Math.min(CHUNK_FLOATS, array.length - from);
      floats.clear().put(array, from, count);
      out.write(bytes.array(), 0, count * Float.BYTES);
    }
  }

  /**
   * Reads an array.
   *
   * @param array is filled
   * @throws IOException if there are not as many numbers, or the file ends before them
   */
  static void read(DataInputStream in, float[] array) throws IOException {
    int length = in.readInt();
    if (length != array.length) {
      throw new IOException(
          "an array of " + array.length + " numbers was expected, but there are " + length);
    }
    byte[] bytes = new byte[CHUNK_FLOATS * Float.BYTES];
    FloatBuffer floats = ByteBuffer.wrap(bytes).asFloatBuffer();
    for (int from = 0; from < length; from += CHUNK_FLOATS) {
      int count = Math.min(CHUNK_FLOATS, length - from);
      in.readFully(bytes, 0, count * Float.BYTES);
      floats.clear().get(array, from, count);
    }
  }
}
