package io.nightjar.training;

import io.nightjar.network.NetworkShape;
import io.nightjar.network.Optimizer;
import io.nightjar.network.OptimizerState;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * What the optimizer remembers, beside a stored model, so that the next night goes on with it: a
 * header with the optimizer's name, its arrays, and a CRC-32 of it all. Numbers only: nothing in it
 * can run code.
 */
final class OptimizerFile {

  private static final int MAGIC = 0x4E4A4F50;
  private static final int VERSION = 1;

  private OptimizerFile() {}

  /** Writes the state of an optimizer. */
  static void write(OptimizerState state, Optimizer optimizer, OutputStream target)
      throws IOException {
    CheckedOutputStream checked = new CheckedOutputStream(target, new CRC32());
    DataOutputStream out = new DataOutputStream(checked);
    out.writeInt(MAGIC);
    out.writeInt(VERSION);
    out.writeUTF(nameOf(optimizer));
    for (float[] array : arrays(state)) {
      FloatArrays.write(out, array);
    }
    out.writeLong(checked.getChecksum().getValue());
    out.flush();
  }

  /**
   * Reads the state of an optimizer.
   *
   * @throws IOException if the file is damaged, or is of another optimizer or another shape
   */
  static OptimizerState read(NetworkShape shape, Optimizer optimizer, InputStream source)
      throws IOException {
    CheckedInputStream checked = new CheckedInputStream(source, new CRC32());
    DataInputStream in = new DataInputStream(checked);
    if (in.readInt() != MAGIC || in.readInt() != VERSION) {
      throw new IOException("it is no optimizer state of this version");
    }
    String name = in.readUTF();
    if (!name.equals(nameOf(optimizer))) {
      throw new IOException("it is of " + name + ", and training uses " + nameOf(optimizer));
    }
    OptimizerState state = OptimizerState.initial(shape, optimizer);
    for (float[] array : arrays(state)) {
      FloatArrays.read(in, array);
    }
    long checksum = checked.getChecksum().getValue();
    if (in.readLong() != checksum) {
      throw new IOException("its checksum does not match");
    }
    return state;
  }

  private static String nameOf(Optimizer optimizer) {
    return optimizer.getClass().getSimpleName();
  }

  private static List<float[]> arrays(OptimizerState state) {
    List<float[]> arrays = new ArrayList<>();
    arrays.add(state.outputRows());
    if (state.inputRows() != state.outputRows()) {
      arrays.add(state.inputRows());
    }
    arrays.addAll(state.lstm());
    return arrays;
  }
}
