package io.nightjar.publish;

import io.nightjar.clicks.InputException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;

/**
 * What a file system can do in one step, so that whoever looks at any moment sees it done or not
 * done. Hadoop's own {@code FileContext.rename(OVERWRITE)} is one step on HDFS only: on a local
 * disk it deletes first, and an object store copies.
 */
public abstract class AtomicFiles {

  /** The way of this file system. */
  public static AtomicFiles on(FileSystem fileSystem) {
    if (fileSystem instanceof LocalFileSystem local) {
      return new OnLocalDisk(local);
    }
    return switch (fileSystem.getUri().getScheme()) {
      case "hdfs", "viewfs" -> new OnHdfs(fileSystem);
      default -> new OnObjectStore(fileSystem);
    };
  }

  /**
   * Moves a finished file to where readers look, over the file that is there, if any.
   *
   * @throws InputException if the file system cannot replace a file in one step
   */
  public abstract void replace(Path finished, Path target) throws IOException;

  /** Creates a file that does not exist yet; says whether it did. Of two at once, one does. */
  public abstract boolean createNew(Path path, byte[] content) throws IOException;

  /** The file system to write files with: none of them gets a checksum file beside it. */
  public abstract FileSystem fileSystem();

  /**
   * POSIX {@code rename(2)} and {@code O_EXCL}. Hadoop's checksum files are left out: a data file
   * and its checksum cannot change in one step.
   */
  private static final class OnLocalDisk extends AtomicFiles {
    private final LocalFileSystem local;

    OnLocalDisk(LocalFileSystem local) {
      this.local = local;
    }

    @Override
    public void replace(Path finished, Path target) throws IOException {
      Files.move(
          local.pathToFile(finished).toPath(),
          local.pathToFile(target).toPath(),
          StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public boolean createNew(Path path, byte[] content) throws IOException {
      local.mkdirs(path.getParent());
      try {
        Files.write(local.pathToFile(path).toPath(), content, StandardOpenOption.CREATE_NEW);
        return true;
      } catch (FileAlreadyExistsException e) {
        return false;
      }
    }

    @Override
    public FileSystem fileSystem() {
      return local.getRawFileSystem();
    }
  }

  /** One transaction of the name node each. */
  private static final class OnHdfs extends AtomicFiles {
    private final FileSystem hdfs;

    OnHdfs(FileSystem hdfs) {
      this.hdfs = hdfs;
    }

    @Override
    public void replace(Path finished, Path target) throws IOException {
      FileContext.getFileContext(hdfs.getUri(), hdfs.getConf())
          .rename(finished, target, Options.Rename.OVERWRITE);
    }

    @Override
    public boolean createNew(Path path, byte[] content) throws IOException {
      return create(hdfs, path, content);
    }

    @Override
    public FileSystem fileSystem() {
      return hdfs;
    }
  }

  /** A new object appears in one step; an existing one cannot be replaced by another in one. */
  private static final class OnObjectStore extends AtomicFiles {
    private final FileSystem store;

    OnObjectStore(FileSystem store) {
      this.store = store;
    }

    @Override
    public void replace(Path finished, Path target) throws IOException {
      if (store.exists(target)) {
        throw new InputException(
            target
                + " exists already, and "
                + store.getUri().getScheme()
                + ": cannot replace a file in one step; expected file: or hdfs:. Publish the table"
                + " to a catalog (nightjar.publish.catalog), or delete the partition first.");
      }
      if (!store.rename(finished, target)) {
        throw new IOException("Cannot move " + finished + " to " + target + ".");
      }
    }

    @Override
    public boolean createNew(Path path, byte[] content) throws IOException {
      return create(store, path, content);
    }

    @Override
    public FileSystem fileSystem() {
      return store;
    }
  }

  private static boolean create(FileSystem fileSystem, Path path, byte[] content)
      throws IOException {
    try (OutputStream out = fileSystem.create(path, false)) {
      out.write(content);
      return true;
    } catch (org.apache.hadoop.fs.FileAlreadyExistsException e) {
      return false;
    }
  }
}
