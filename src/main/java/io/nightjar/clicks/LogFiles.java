package io.nightjar.clicks;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Finds the files that the configured paths (files, directories, globs) stand for. */
public final class LogFiles {
  private final Configuration hadoop;

  public LogFiles(Configuration hadoop) {
    this.hadoop = hadoop;
  }

  /**
   * All files under the paths, sorted by path; hidden ones (a name starting with {@code _} or
   * {@code .}) are passed over as Spark does.
   *
   * @param setting the key that the paths come from, for the message
   * @throws InputException if there is no path, one matches nothing, or none holds a file
   */
  public List<FileStatus> find(String setting, List<String> paths) {
    if (paths.isEmpty()) {
      throw new InputException(
          setting + " is empty; name the log's files, directories or globs, see conf/examples.");
    }
    List<FileStatus> files = new ArrayList<>();
    for (String path : paths) {
      files.addAll(find(setting, path));
    }
    files.sort(null);
    return files;
  }

  private List<FileStatus> find(String setting, String path) {
    try {
      FileSystem fileSystem = new Path(path).getFileSystem(hadoop);
      FileStatus[] matches = fileSystem.globStatus(new Path(path));
      if (matches == null || matches.length == 0) {
        throw new InputException(
            setting
                + " names "
                + path
                + ", where nothing is; expected a log file, directory or"
                + " glob (relative paths start at the working directory).");
      }
      List<FileStatus> files = filesUnder(fileSystem, matches);
      if (files.isEmpty()) {
        throw new InputException(
            setting + " names " + path + ", which holds no file; expected at least one log file.");
      }
      return files;
    } catch (IOException e) {
      throw new InputException(
          setting + " names " + path + ", which cannot be read: " + e.getMessage(), e);
    }
  }

  private static List<FileStatus> filesUnder(FileSystem fileSystem, FileStatus[] roots)
      throws IOException {
    List<FileStatus> files = new ArrayList<>();
    Deque<FileStatus> open = new ArrayDeque<>(Arrays.asList(roots));
    while (!open.isEmpty()) {
      FileStatus status = open.pop();
      if (status.isDirectory()) {
        Arrays.stream(fileSystem.listStatus(status.getPath()))
            .filter(child -> !isHidden(child.getPath()))
            .forEach(open::push);
      } else {
        files.add(status);
      }
    }
    return files;
  }

  /** How messages name a list of files. */
  static String named(List<FileStatus> files) {
    return files.get(0).getPath()
        + (files.size() == 1 ? "" : " and " + (files.size() - 1) + " more");
  }

  /** A line, cut after so many characters, or null at the end. */
  static String readLine(Reader reader, int mostCharacters) throws IOException {
    StringBuilder line = new StringBuilder();
    int character = reader.read();
    if (character < 0) {
      return null;
    }
    while (character >= 0 && character != '\n') {
      if (line.length() < mostCharacters) {
        line.append((char) character);
      }
      character = reader.read();
    }
    int length = line.length();
    return length > 0 && line.charAt(length - 1) == '\r'
        ? line.substring(0, length - 1)
        : line.toString();
  }

  private static boolean isHidden(Path path) {
    return path.getName().startsWith("_") || path.getName().startsWith(".");
  }
}
