package io.nightjar.evaluation;

import io.nightjar.vocabulary.Vocabulary;
import java.sql.Timestamp;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What baselines learn from.
 *
 * @param sequences of items of the vocabulary, none empty
 */
public record TrainingPart(JavaRDD<TimedSequence> sequences, Vocabulary vocabulary) {

  /**
   * The training part in item indices, items that are not in the vocabulary left out.
   *
   * @param train {@code items[], times[]}
   */
  public static TrainingPart of(Dataset<Row> train, Broadcast<Vocabulary> vocabulary) {
    JavaRDD<TimedSequence> sequences =
        train
            .select("items", "times")
            .javaRDD()
            .map(row -> sequence(row.getList(0), row.getList(1), vocabulary.value()))
            .filter(sequence -> sequence.items().length > 0);
    return new TrainingPart(sequences, vocabulary.value());
  }

  JavaSparkContext spark() {
    return JavaSparkContext.fromSparkContext(sequences.context());
  }

  private static TimedSequence sequence(
      List<String> itemIds, List<Timestamp> times, Vocabulary vocabulary) {
    int[] items = vocabulary.indicesOfKnown(itemIds);
    long[] ofItems = new long[items.length];
    int known = 0;
    for (int i = 0; i < itemIds.size(); i++) {
      if (vocabulary.index(itemIds.get(i)) != Vocabulary.PADDING) {
        ofItems[known++] = times.get(i).getTime();
      }
    }
    return new TimedSequence(items, ofItems);
  }
}
