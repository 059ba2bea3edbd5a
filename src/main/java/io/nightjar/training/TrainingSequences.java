package io.nightjar.training;

import static org.apache.spark.sql.functions.expr;

import io.nightjar.vocabulary.Vocabulary;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The training part as sequences of item indices, in order of time. */
public final class TrainingSequences {
  private static final int MIN_LENGTH = 2;

  /** Before every click: the first year that a timestamp can hold in every Spark version. */
  private static final Instant LONG_AGO = Instant.parse("0001-01-01T00:00:00Z");

  private TrainingSequences() {}

  /**
   * Turns a part's items into indices. Items that are not in the vocabulary are left out.
   *
   * @param part {@code user_id, items[], times[]}
   * @return sequences of at least two indices, ordered by the time of their last event, then user
   */
  public static JavaRDD<int[]> of(Dataset<Row> part, Broadcast<Vocabulary> vocabulary) {
    return part.orderBy(expr("array_max(times)"), expr("user_id"))
        .select("items")
        .javaRDD()
        .map(row -> vocabulary.value().indicesOfKnown(row.getList(0)))
        .filter(indices -> indices.length >= MIN_LENGTH);
  }

  /**
   * Those sequences of a part that have events after a moment, with what came before as context.
   *
   * @param part {@code user_id, items[], times[]}
   * @param after events up to this moment are known to the model already; empty: none is
   * @return per partition a block of sequences of at least two indices, ordered as by {@link #of}
   */
  public static JavaRDD<SequenceBlock> since(
      Dataset<Row> part, Optional<Instant> after, Broadcast<Vocabulary> vocabulary) {
    Timestamp until = Timestamp.from(after.orElse(LONG_AGO));
    return part.filter(expr("array_max(times)").gt(until))
        .orderBy(expr("array_max(times)"), expr("user_id"))
        .select("items", "times")
        .javaRDD()
        .mapPartitions(
            rows -> {
              SequenceBlock block = new SequenceBlock();
              while (rows.hasNext()) {
                Row row = rows.next();
                addNew(block, row.getList(0), row.getList(1), until, vocabulary.value());
              }
              return List.of(block).iterator();
            });
  }

  private static void addNew(
      SequenceBlock block,
      List<String> items,
      List<Timestamp> times,
      Timestamp until,
      Vocabulary vocabulary) {
    int[] indices = new int[items.size()];
    int length = 0;
    int context = 0;
    for (int i = 0; i < indices.length; i++) {
      int index = vocabulary.index(items.get(i));
      if (index != Vocabulary.PADDING) {
        indices[length++] = index;
        context += times.get(i).after(until) ? 0 : 1;
      }
    }
    int firstTarget = Math.max(1, context);
    if (firstTarget < length) {
      block.add(Arrays.copyOf(indices, length), firstTarget);
    }
  }

  /**
   * Cuts sequences into pieces of at most {@code length + 1} items that share one item with the
   * next, so that every item but the first is a target once.
   */
  public static JavaRDD<int[]> cut(JavaRDD<int[]> sequences, int length) {
    return sequences.flatMap(indices -> pieces(indices, length).iterator());
  }

  static List<int[]> pieces(int[] indices, int length) {
    List<int[]> pieces = new ArrayList<>();
    for (long start = 0; start + MIN_LENGTH <= indices.length; start += length) {
      int end = (int) Math.min(indices.length, start + length + 1);
      pieces.add(Arrays.copyOfRange(indices, (int) start, end));
    }
    return pieces;
  }
}
