package io.nightjar.clicks;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.catalyst.InternalRow;

/** One task's records on their way to the sessionizer: the clicks pass, everything is counted. */
final class CleanClicks implements Iterator<InternalRow> {
  private final Iterator<LogRecord> records;
  private final ClickCleaner cleaner;
  private final PartitionTallies tallies;
  private final RecordCounts counts = new RecordCounts();

  private InternalRow next;
  private boolean isReported;

  CleanClicks(Iterator<LogRecord> records, ClickCleaner cleaner, PartitionTallies tallies) {
    this.records = records;
    this.cleaner = cleaner;
    this.tallies = tallies;
  }

  @Override
  public boolean hasNext() {
    while (next == null && records.hasNext()) {
      ClickCleaner.Judged judged = cleaner.judge(records.next().record());
      counts.add(judged);
      if (judged.click() != null) {
        next = ClickRows.row(judged.click());
      }
    }
    if (next == null && !isReported) {
      tallies.report(counts.tally());
      isReported = true;
    }
    return next != null;
  }

  @Override
  public InternalRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    InternalRow row = next;
    next = null;
    return row;
  }
}
