package io.nightjar.clicks;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;

/**
 * The bytes of a log as storage gives them. Storage that fails is no defect of the log: the task is
 * to be tried again, and the file must not count as read. It throws an {@link UncheckedIOException}
 * then, which no decompressor takes for damaged data. A file whose checksum is wrong is damaged.
 */
final class StorageStream extends FilterInputStream {

  private StorageStream(InputStream file) {
    super(file);
  }

  /**
   * Opens a file.
   *
   * @param from byte to start at
   * @throws UncheckedIOException if storage cannot open it
   */
  static InputStream open(Path path, long from, Configuration hadoop) {
    try {
      FSDataInputStream file = path.getFileSystem(hadoop).open(path);
      file.seek(from);
      return new StorageStream(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public int read() throws IOException {
    try {
      return super.read();
    } catch (ChecksumException e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    try {
      return super.read(bytes, from, length);
    } catch (ChecksumException e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
