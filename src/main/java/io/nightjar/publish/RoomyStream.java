package io.nightjar.publish;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/**
 * A Parquet file under way that leaves room between its data and its footer. The footer speaks of
 * offsets in the data only and ends with its own length, so it can stand anywhere behind the data.
 */
final class RoomyStream extends PositionOutputStream {
  private static final int ZEROS_AT_A_TIME = 1 << 16;

  private final OutputStream file;
  private final ByteArrayOutputStream footer = new ByteArrayOutputStream();
  private boolean holdsFooter;
  private long position;

  RoomyStream(OutputStream file) {
    this.file = file;
  }

  /** What a Parquet writer opens. Its end does not close the file. */
  OutputFile asFile() {
    return new OutputFile() {
      @Override
      public PositionOutputStream create(long blockSizeHint) {
        return createOrOverwrite(blockSizeHint);
      }

      @Override
      public PositionOutputStream createOrOverwrite(long blockSizeHint) {
        return new Unclosed(RoomyStream.this);
      }

      @Override
      public boolean supportsBlockSize() {
        return false;
      }

      @Override
      public long defaultBlockSize() {
        return 0;
      }
    };
  }

  /** From here on, what is written is the footer. */
  void holdFooter() {
    holdsFooter = true;
  }

  /** Writes zeros and the footer, so that the file gets this length. */
  void finish(long length) throws IOException {
    long gap = length - position;
    holdsFooter = false;
    writeZeros(gap);
    footer.writeTo(file);
  }

  void writeZeros(long count) throws IOException {
    byte[] zeros = new byte[(int) Math.min(count, ZEROS_AT_A_TIME)];
    for (long left = count; left > 0; left -= zeros.length) {
      write(zeros, 0, (int) Math.min(left, zeros.length));
    }
  }

  @Override
  public long getPos() {
    return position;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    (holdsFooter ? footer : file).write(bytes, from, count);
    position += count;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /** Lets a writer end without closing the file, whose footer is still to come. */
  private static final class Unclosed extends PositionOutputStream {
    private final RoomyStream stream;

    Unclosed(RoomyStream stream) {
      this.stream = stream;
    }

    @Override
    public long getPos() {
      return stream.getPos();
    }

    @Override
    public void write(int value) throws IOException {
      stream.write(value);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      stream.write(bytes, from, count);
    }
  }
}
