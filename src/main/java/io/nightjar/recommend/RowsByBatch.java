package io.nightjar.recommend;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.apache.spark.sql.Row;

/**
 * The rows that a task makes, batch by batch as they are asked for: one batch's rows are held at a
 * time.
 */
final class RowsByBatch<B> implements Iterator<Row> {
  private final Iterator<B> batches;
  private final Function<B, List<Row>> rowsOf;
  private final Runnable atEnd;
  private Iterator<Row> rows = List.<Row>of().iterator();
  private boolean ended;

  /**
   * @param rowsOf makes the rows of a batch
   * @param atEnd is run once, when the last row has been taken
   */
  RowsByBatch(Iterator<B> batches, Function<B, List<Row>> rowsOf, Runnable atEnd) {
    this.batches = batches;
    this.rowsOf = rowsOf;
    this.atEnd = atEnd;
  }

  @Override
  public boolean hasNext() {
    while (!rows.hasNext() && batches.hasNext()) {
      rows = rowsOf.apply(batches.next()).iterator();
    }
    if (!rows.hasNext() && !ended) {
      ended = true;
      atEnd.run();
    }
    return rows.hasNext();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return rows.next();
  }
}
