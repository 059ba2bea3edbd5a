package io.nightjar.recommend;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Users that are scored together. Who is in a batch with whom follows from the users alone, not
 * from how many tasks there are: matrix products round a row differently in batches of different
 * size, and the same inputs have to give the same scores on any cluster.
 */
final class UserBatches implements Iterator<List<Row>> {
  private static final String BATCH = "batch";
  private static final int TASKS_PER_SLOT = 4;

  private final Iterator<Row> users;
  private Row next;

  /**
   * @param users one partition of {@link #of}
   */
  UserBatches(Iterator<Row> users) {
    this.users = users;
    this.next = users.hasNext() ? users.next() : null;
  }

  /**
   * Gives every user a batch of about this size, in a column of its own, and brings batches
   * together.
   *
   * @param sequences have a column {@code user_id}
   */
  static Dataset<Row> of(Dataset<Row> sequences, int size) {
    long batches = Math.max(1, sequences.count() / size);
    int slots = sequences.sparkSession().sparkContext().defaultParallelism();
    return sequences
        .withColumn(BATCH, pmod(xxhash64(col("user_id")), lit(batches)))
        .repartition((int) Math.min(batches, (long) TASKS_PER_SLOT * slots), col(BATCH))
        .sortWithinPartitions(BATCH, "user_id");
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public List<Row> next() {
    if (next == null) {
      throw new NoSuchElementException();
    }
    long batch = batchOf(next);
    List<Row> together = new ArrayList<>();
    while (next != null && batchOf(next) == batch) {
      together.add(next);
      next = users.hasNext() ? users.next() : null;
    }
    return together;
  }

  private static long batchOf(Row user) {
    return user.getLong(user.fieldIndex(BATCH));
  }
}
