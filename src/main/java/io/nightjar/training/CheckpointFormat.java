package io.nightjar.training;

import io.nightjar.network.NetworkParameters;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * A checkpoint as bytes: a header, the position, every array with its length, and a CRC-32 of it
 * all, so that a file cut short is recognized. Big-endian.
 */
final class CheckpointFormat {

  private static final int MAGIC = 0x4E4A4350;
  private static final int VERSION = 2;

  private CheckpointFormat() {}

  /** Writes a checkpoint. */
  static void write(TrainingProgress progress, String fingerprint, OutputStream target)
      throws IOException {
    CheckedOutputStream checked = new CheckedOutputStream(target, new CRC32());
    DataOutputStream out = new DataOutputStream(checked);
    out.writeInt(MAGIC);
    out.writeInt(VERSION);
    out.writeUTF(fingerprint);
    out.writeInt(progress.epoch());
    out.writeInt(progress.round());
    out.writeDouble(progress.bestScore());
    out.writeInt(progress.epochsWithoutGain());
    byte[] curve = progress.curve().toText().getBytes(StandardCharsets.UTF_8);
    out.writeInt(curve.length);
    out.write(curve);
    out.writeBoolean(progress.best() != null);
    for (float[] array : arrays(progress)) {
      FloatArrays.write(out, array);
    }
    if (progress.best() != null) {
      for (float[] array : arrays(progress.best())) {
        FloatArrays.write(out, array);
      }
    }
    out.writeLong(checked.getChecksum().getValue());
    out.flush();
  }

  /**
   * Reads a checkpoint into the arrays of a progress of the same shape.
   *
   * @return whether the file is whole and belongs to a training with this fingerprint; if not, the
   *     progress is not to be used
   */
  static boolean read(TrainingProgress progress, String fingerprint, InputStream source)
      throws IOException {
    CheckedInputStream checked = new CheckedInputStream(source, new CRC32());
    DataInputStream in = new DataInputStream(checked);
    if (in.readInt() != MAGIC || in.readInt() != VERSION || !in.readUTF().equals(fingerprint)) {
      return false;
    }
    int epoch = in.readInt();
    int round = in.readInt();
    double bestScore = in.readDouble();
    int epochsWithoutGain = in.readInt();
    byte[] curve = in.readNBytes(in.readInt());
    boolean hasBest = in.readBoolean();
    for (float[] array : arrays(progress)) {
      FloatArrays.read(in, array);
    }
    NetworkParameters best = null;
    if (hasBest) {
      best = progress.state().parameters().copy();
      for (float[] array : arrays(best)) {
        FloatArrays.read(in, array);
      }
    }
    long checksum = checked.getChecksum().getValue();
    if (in.readLong() != checksum) {
      return false;
    }
    progress.resume(
        epoch,
        round,
        best,
        bestScore,
        epochsWithoutGain,
        TrainingCurve.ofText(new String(curve, StandardCharsets.UTF_8)));
    return true;
  }

  private static List<float[]> arrays(TrainingProgress progress) {
    TrainingState state = progress.state();
    List<float[]> arrays = new ArrayList<>(arrays(state.parameters()));
    if (!state.parameters().shape().tiedWeights()) {
      arrays.add(state.optimizer().inputRows());
    }
    arrays.add(state.optimizer().outputRows());
    arrays.addAll(state.optimizer().lstm());
    if (progress.momentum() != null) {
      arrays.addAll(progress.momentum().arrays());
    }
    return arrays;
  }

  private static List<float[]> arrays(NetworkParameters parameters) {
    List<float[]> arrays = new ArrayList<>();
    if (!parameters.shape().tiedWeights()) {
      arrays.add(parameters.inputRows());
    }
    arrays.add(parameters.outputRows());
    arrays.add(parameters.outputBias());
    parameters.lstm().forEach(layer -> arrays.addAll(List.of(layer.arrays())));
    return arrays;
  }
}
