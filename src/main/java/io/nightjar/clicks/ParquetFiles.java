package io.nightjar.clicks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;

/**
 * Tells whole Parquet files from broken ones. A Parquet file that was cut short has lost its footer
 * and with it everything; Spark would fail the job over it, here it is one unreadable record. A
 * file of no bytes holds no record.
 */
final class ParquetFiles {
  /** What a Parquet file ends with; the second where its footer is encrypted. */
  private static final List<String> MAGIC = List.of("PAR1", "PARE");

  private static final int MAGIC_BYTES = 4;

  private final Configuration hadoop;
  private final Map<FileStatus, Boolean> looked = new ConcurrentHashMap<>();

  ParquetFiles(Configuration hadoop) {
    this.hadoop = hadoop;
  }

  /** The files that end as Parquet files do. */
  List<FileStatus> whole(List<FileStatus> files) {
    return files.parallelStream().filter(this::isWhole).toList();
  }

  /** The paths of the others, but for those without a byte. */
  List<String> broken(List<FileStatus> files) {
    return files.stream()
        .filter(file -> file.getLen() > 0 && !isWhole(file))
        .map(file -> file.getPath().toString())
        .toList();
  }

  /** The record that stands for everything in a broken file. */
  static LogRecord unreadable(String path) {
    return new LogRecord(
        RawRecord.defective(Verdict.UNREADABLE_REST),
        "(unreadable: the file does not end with Parquet's footer)",
        path);
  }

  private boolean isWhole(FileStatus file) {
    return looked.computeIfAbsent(file, this::endsAsParquet);
  }

  private boolean endsAsParquet(FileStatus file) {
    if (file.getLen() < 2 * MAGIC_BYTES) {
      return false;
    }
    byte[] end = new byte[MAGIC_BYTES];
    try (FSDataInputStream in = file.getPath().getFileSystem(hadoop).open(file.getPath())) {
      in.readFully(file.getLen() - MAGIC_BYTES, end);
      return MAGIC.contains(new String(end, StandardCharsets.US_ASCII));
    } catch (IOException e) {
      // The file may be whole: a file system that fails now may not fail when the job is run again.
      throw new UncheckedIOException(e);
    }
  }
}
