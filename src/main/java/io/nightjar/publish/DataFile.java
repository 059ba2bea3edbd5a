package io.nightjar.publish;

import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.Type;

/**
 * A partition's only Parquet file. Renaming one file over another is the only replacement that both
 * a local disk and HDFS do in one step, so a partition is one file; it is written by many tasks,
 * whose files are joined row group by row group without decoding them.
 *
 * <p>A reader may look at the partition's listing before a replacement and at its file after it.
 * Two properties of the file make that harmless:
 *
 * <ul>
 *   <li>A new file is as long as the one it replaces, by zeros between its data and its footer, so
 *       that the length and the splits of an old listing hold for it. Files are made with room to
 *       grow. Where a new file does not fit, it gets longer, and a reader with an old listing
 *       fails.
 *   <li>Spark opens a file once for its footer and again for its data, and the old footer must not
 *       be used on the new data. Every generation of a file starts its data at another offset,
 *       behind zeros, which no page starts with; such a task fails, and Spark's retry reads the new
 *       file from its beginning.
 * </ul>
 */
final class DataFile {
  /** The one visible file of a partition. */
  static final String NAME = "part-00000.parquet";

  private static final String GENERATION = "nightjar.generation";
  private static final int GENERATIONS = 64;
  private static final int OFFSET_BYTES = 16;
  private static final double ROOM = 1.25;
  private static final int LENGTH_UNIT_BYTES = 16 << 10;

  private final FileSystem fileSystem;
  private final Configuration hadoop;

  DataFile(FileSystem fileSystem, Configuration hadoop) {
    this.fileSystem = fileSystem;
    this.hadoop = hadoop;
  }

  /**
   * Joins the Parquet files of a directory in order of their names.
   *
   * @param parts files of one schema, as Spark wrote them
   * @param previous the file that the new one is going to replace, which may not exist
   * @param target is created
   */
  void join(Path parts, Path previous, Path target) throws IOException {
    List<Path> files =
        Arrays.stream(fileSystem.listStatus(parts))
            .map(FileStatus::getPath)
            .filter(path -> path.getName().endsWith(".parquet"))
            .sorted(Comparator.comparing(Path::getName))
            .toList();
    FileMetaData schema = metadata(files.get(0));
    boolean replaces = fileSystem.exists(previous);
    int generation = replaces ? generation(previous) + 1 : 0;
    long lengthBefore = replaces ? fileSystem.getFileStatus(previous).getLen() : 0;

    Map<String, String> description = new HashMap<>(schema.getKeyValueMetaData());
    description.put(GENERATION, Integer.toString(generation));
    try (RoomyStream out = new RoomyStream(fileSystem.create(target, true))) {
      ParquetFileWriter writer =
          new ParquetFileWriter(
              out.asFile(),
              schema.getSchema(),
              ParquetFileWriter.Mode.OVERWRITE,
              Long.MAX_VALUE,
              0,
              ParquetProperties.DEFAULT_COLUMN_INDEX_TRUNCATE_LENGTH,
              ParquetProperties.DEFAULT_STATISTICS_TRUNCATE_LENGTH,
              ParquetProperties.DEFAULT_PAGE_WRITE_CHECKSUM_ENABLED);
      writer.start();
      out.writeZeros((long) OFFSET_BYTES * (1 + generation % GENERATIONS));
      for (Path file : files) {
        writer.appendFile(HadoopInputFile.fromPath(file, hadoop));
      }
      out.holdFooter();
      writer.end(description);
      out.finish(length(out.getPos(), lengthBefore));
    }
  }

  private static long length(long needed, long lengthBefore) {
    if (needed <= lengthBefore) {
      return lengthBefore;
    }
    long roomy = (long) Math.ceil(needed * ROOM / LENGTH_UNIT_BYTES);
    return roomy * LENGTH_UNIT_BYTES;
  }

  private int generation(Path file) throws IOException {
    return Integer.parseInt(metadata(file).getKeyValueMetaData().getOrDefault(GENERATION, "0"));
  }

  /** Rows of a file, from its footer. */
  long rows(Path file) throws IOException {
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromPath(file, hadoop))) {
      return reader.getRowGroups().stream().mapToLong(BlockMetaData::getRowCount).sum();
    }
  }

  /** Names of a file's columns, from its footer. */
  List<String> columns(Path file) throws IOException {
    return metadata(file).getSchema().getFields().stream().map(Type::getName).toList();
  }

  private FileMetaData metadata(Path file) throws IOException {
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromPath(file, hadoop))) {
      return reader.getFileMetaData();
    }
  }
}
