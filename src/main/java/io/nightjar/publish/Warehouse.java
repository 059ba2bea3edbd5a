package io.nightjar.publish;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Where every table, model and report lives, and where a run prepares what readers may not see yet.
 * Directories whose name starts with an underscore are hidden from Spark, Hive and DuckDB globs.
 */
public final class Warehouse {
  private static final String STAGING = "_staging";
  private static final String LEASES = "_leases";

  private final Path root;
  private final FileSystem fileSystem;

  /** Opens the warehouse; it is created when something is first written. */
  public Warehouse(String root, Configuration hadoop) throws IOException {
    Path path = new Path(root);
    this.fileSystem = path.getFileSystem(hadoop);
    this.root = fileSystem.makeQualified(path);
  }

  public FileSystem fileSystem() {
    return fileSystem;
  }

  /** The directory of a table. */
  public Path table(String table) {
    return new Path(root, table);
  }

  /** The directory of a table's partition, like {@code sessions/dt=2026-11-20}. */
  public Path partition(String table, String key, String value) {
    return new Path(table(table), key + "=" + value);
  }

  /** A place of this run's own that no reader looks into. */
  public Path staging(String runId, String name) {
    Path ofRun = new Path(new Path(root, STAGING), runId);
    return name.isEmpty() ? ofRun : new Path(ofRun, name);
  }

  /** Where tables are written before readers see them; one directory per partition. */
  Path unpublished() {
    return new Path(new Path(root, STAGING), "_tables");
  }

  /** Where runs say what they are writing. */
  Path leases() {
    return new Path(root, LEASES);
  }

  /** Removes what a run left in staging. */
  public void clearStaging(String runId) throws IOException {
    fileSystem.delete(staging(runId, ""), true);
  }

  /**
   * The values of a table's partitions that hold something to read, ascending; empty if there is no
   * such table.
   */
  public List<String> partitions(String table, String key) throws IOException {
    List<String> values = new ArrayList<>();
    for (FileStatus directory : list(table(table))) {
      String name = directory.getPath().getName();
      if (name.startsWith(key + "=") && holdsData(directory.getPath())) {
        values.add(name.substring(key.length() + 1));
      }
    }
    values.sort(null);
    return values;
  }

  /** A table's partitions that hold rows, as {@code key=value}, ascending. */
  List<String> partitions(String table) throws IOException {
    List<String> partitions = new ArrayList<>();
    for (FileStatus directory : list(table(table))) {
      Path path = directory.getPath();
      boolean holdsRows =
          isVisible(path)
              && path.getName().contains("=")
              && fileSystem.exists(new Path(path, DataFile.NAME));
      if (holdsRows) {
        partitions.add(path.getName());
      }
    }
    partitions.sort(null);
    return partitions;
  }

  /** Whether a directory holds a file that readers see. */
  boolean holdsData(Path directory) throws IOException {
    return Arrays.stream(list(directory)).anyMatch(file -> isVisible(file.getPath()));
  }

  /** Whether Spark, Hive and DuckDB look at a path of this name. */
  static boolean isVisible(Path path) {
    return !path.getName().startsWith("_") && !path.getName().startsWith(".");
  }

  private FileStatus[] list(Path directory) throws IOException {
    try {
      return fileSystem.listStatus(directory);
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }
}
