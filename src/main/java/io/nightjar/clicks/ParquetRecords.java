package io.nightjar.clicks;

import java.util.Iterator;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * One task's rows of a Parquet log as records. Rows hold the columns of {@code LogColumns.all()} in
 * their order, all text but the time where Parquet has a type for it; then, where asked for, the
 * whole row as JSON and the file.
 */
final class ParquetRecords implements Iterator<LogRecord> {
  static final int TIME = 2;

  private static final int RAW = 9;
  private static final int FILE = 10;

  private final Iterator<InternalRow> rows;
  private final RecordTime time;
  private final boolean withSource;

  /**
   * @param time reads the time where it is text; null where it is in microseconds already
   */
  ParquetRecords(Iterator<InternalRow> rows, RecordTime time, boolean withSource) {
    this.rows = rows;
    this.time = time;
    this.withSource = withSource;
  }

  @Override
  public boolean hasNext() {
    return rows.hasNext();
  }

  @Override
  public LogRecord next() {
    InternalRow row = rows.next();
    RawRecord record =
        new RawRecord(
            null,
            text(row, 0),
            text(row, 1),
            time(row),
            text(row, 3),
            text(row, 4),
            text(row, 5),
            text(row, 6),
            text(row, 7),
            text(row, 8));
    return withSource
        ? new LogRecord(record, row.getString(RAW), row.getString(FILE))
        : new LogRecord(record, null, null);
  }

  private long time(InternalRow row) {
    if (row.isNullAt(TIME)) {
      return RawRecord.NO_TIME;
    }
    return time == null ? row.getLong(TIME) : time.parse(row.getUTF8String(TIME).toString());
  }

  private static UTF8String text(InternalRow row, int column) {
    return row.isNullAt(column) ? null : row.getUTF8String(column);
  }
}
