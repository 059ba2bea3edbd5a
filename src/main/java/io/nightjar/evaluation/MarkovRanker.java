package io.nightjar.evaluation;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/**
 * Last-item Markov chain: an item's score is how often it came right after the last item. Items
 * that never did score 0.
 */
public final class MarkovRanker implements Ranker {
  private static final long serialVersionUID = 1L;

  /** Row starts into {@code followers}, by item index: {@code [vocabularySize + 1]}. */
  private final int[] starts;

  private final int[] followers;
  private final int[] counts;

  private MarkovRanker(int[] starts, int[] followers, int[] counts) {
    this.starts = starts;
    this.followers = followers;
    this.counts = counts;
  }

  /** Counts the transitions of the training sequences. */
  public static MarkovRanker train(JavaRDD<int[]> sequences, int vocabularySize) {
    JavaPairRDD<Long, Integer> transitions =
        sequences
            .flatMapToPair(
                items -> {
                  Map<Long, Integer> local = new HashMap<>();
                  for (int i = 1; i < items.length; i++) {
                    local.merge((long) items[i - 1] << Integer.SIZE | items[i], 1, Integer::sum);
                  }
                  return local.entrySet().stream()
                      .map(entry -> new Tuple2<>(entry.getKey(), entry.getValue()))
                      .iterator();
                })
            .reduceByKey(Integer::sum);
    List<Tuple2<Long, Integer>> sorted = transitions.sortByKey().collect();

    int[] starts = new int[vocabularySize + 1];
    int[] followers = new int[sorted.size()];
    int[] counts = new int[sorted.size()];
    for (int i = 0; i < followers.length; i++) {
      long key = sorted.get(i)._1();
      starts[(int) (key >>> Integer.SIZE) + 1]++;
      followers[i] = (int) key;
      counts[i] = sorted.get(i)._2();
    }
    Arrays.parallelPrefix(starts, Integer::sum);
    return new MarkovRanker(starts, followers, counts);
  }

  @Override
  public String name() {
    return "markov";
  }

  @Override
  public Scorer open() {
    return new Scorer() {
      private Prefixes prefixes;

      @Override
      public void prepare(Prefixes batch) {
        prefixes = batch;
      }

      @Override
      public void score(int fromItem, int toItem, float[] scores) {
        int width = toItem - fromItem;
        Arrays.fill(scores, 0, prefixes.count() * width, 0);
        for (int prefix = 0; prefix < prefixes.count(); prefix++) {
          int last = prefixes.lastItem(prefix);
          for (int i = starts[last]; i < starts[last + 1]; i++) {
            if (followers[i] >= fromItem && followers[i] < toItem) {
              scores[prefix * width + followers[i] - fromItem] = counts[i];
            }
          }
        }
      }
    };
  }
}
