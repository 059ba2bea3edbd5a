package io.nightjar.clicks;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;

/**
 * A piece of a text log that one task reads: the lines that start in [start, end) bytes.
 *
 * @param end {@link Long#MAX_VALUE} for a compressed file, which cannot be cut
 */
record LogSplit(String path, long start, long end) implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final long MOST_BYTES = 128L << 20;

  /** What opening a file costs, in bytes that could be read meanwhile; as Spark reckons. */
  private static final long OPENING_BYTES = 4L << 20;

  /** Text compresses to about a fifth. */
  private static final long COMPRESSION = 5;

  private long bytes(long length) {
    return OPENING_BYTES + (end == Long.MAX_VALUE ? length * COMPRESSION : end - start);
  }

  /**
   * Packs files into tasks of about equal work, in order.
   *
   * @param slots tasks that run at the same time
   */
  static List<List<LogSplit>> pack(List<FileStatus> files, int slots) {
    long total = files.stream().mapToLong(file -> file.getLen() + OPENING_BYTES).sum();
    long most = Math.max(OPENING_BYTES, Math.min(MOST_BYTES, total / slots + 1));
    List<List<LogSplit>> tasks = new ArrayList<>();
    long filled = Long.MAX_VALUE;
    for (FileStatus file : files) {
      for (LogSplit split : of(file, most)) {
        long bytes = split.bytes(file.getLen());
        if (filled > most - bytes) {
          tasks.add(new ArrayList<>());
          filled = 0;
        }
        tasks.get(tasks.size() - 1).add(split);
        filled += bytes;
      }
    }
    return tasks;
  }

  private static List<LogSplit> of(FileStatus file, long most) {
    String path = file.getPath().toString();
    if (Compression.isCompressed(path)) {
      return List.of(new LogSplit(path, 0, Long.MAX_VALUE));
    }
    List<LogSplit> splits = new ArrayList<>();
    for (long start = 0; start < file.getLen() || start == 0; start += most) {
      splits.add(new LogSplit(path, start, Math.min(start + most, Math.max(1, file.getLen()))));
    }
    return splits;
  }
}
