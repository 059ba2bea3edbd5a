package io.nightjar.publish;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * A local disk under the scheme {@code failing} that dies at its Nth call, as for a process that is
 * killed there: that call and all later ones fail until it is revived.
 */
public final class FailingFileSystem extends LocalFileSystem {
  private static final URI NAME = URI.create("failing:///");
  private static final AtomicLong CALLS_LEFT = new AtomicLong(Long.MAX_VALUE);

  public FailingFileSystem() {
    super(new Disk());
  }

  /** From the call after so many, every call fails. */
  static void dieAfter(long calls) {
    CALLS_LEFT.set(calls);
  }

  /** Calls work again; says whether any had failed. */
  static boolean revive() {
    return CALLS_LEFT.getAndSet(Long.MAX_VALUE) < 0;
  }

  @Override
  public String getScheme() {
    return "failing";
  }

  @Override
  public URI getUri() {
    return NAME;
  }

  private static void call() throws IOException {
    if (CALLS_LEFT.getAndDecrement() <= 0) {
      throw new IOException("killed here");
    }
  }

  /** Counts what reaches the disk. */
  private static final class Disk extends RawLocalFileSystem {
    @Override
    public URI getUri() {
      return NAME;
    }

    @Override
    public FSDataInputStream open(Path path, int bufferSize) throws IOException {
      call();
      return super.open(path, bufferSize);
    }

    @Override
    public FSDataOutputStream create(
        Path path,
        FsPermission permission,
        boolean overwrite,
        int bufferSize,
        short replication,
        long blockSize,
        Progressable progress)
        throws IOException {
      call();
      return super.create(
          path, permission, overwrite, bufferSize, replication, blockSize, progress);
    }

    @Override
    public FSDataOutputStream create(
        Path path,
        boolean overwrite,
        int bufferSize,
        short replication,
        long blockSize,
        Progressable progress)
        throws IOException {
      call();
      return super.create(path, overwrite, bufferSize, replication, blockSize, progress);
    }

    @Override
    public boolean rename(Path from, Path to) throws IOException {
      call();
      return super.rename(from, to);
    }

    @Override
    public boolean delete(Path path, boolean recursive) throws IOException {
      call();
      return super.delete(path, recursive);
    }

    @Override
    public FileStatus[] listStatus(Path path) throws IOException {
      call();
      return super.listStatus(path);
    }

    @Override
    public boolean mkdirs(Path path) throws IOException {
      call();
      return super.mkdirs(path);
    }

    @Override
    public void setTimes(Path path, long modified, long accessed) throws IOException {
      call();
      super.setTimes(path, modified, accessed);
    }

    @Override
    public FileStatus getFileStatus(Path path) throws IOException {
      call();
      return super.getFileStatus(path);
    }
  }
}
