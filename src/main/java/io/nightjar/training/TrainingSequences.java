package io.nightjar.training;

import static org.apache.spark.sql.functions.expr;

import io.nightjar.vocabulary.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The training part as sequences of item indices, in order of time. */
public final class TrainingSequences {
  private static final int MIN_LENGTH = 2;

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
