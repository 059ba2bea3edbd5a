package io.nightjar.evaluation;

import io.nightjar.config.RulesConfig;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.JavaPairRDD;
import scala.Tuple2;
import scala.Tuple3;

/**
 * Rules "who saw a, saw b" (Ludewig and Jannach, Evaluation of session-based recommendation
 * algorithms, UMUAI 2018): a pair weighs more the nearer its items stand in the training sequences,
 * and an item scores by the rules of the newest items of the history.
 */
public final class RulesRanker implements Ranker {
  private static final long serialVersionUID = 1L;

  /** Weights are summed as whole numbers of this fraction, so that their order does not matter. */
  private static final double UNITS_PER_WEIGHT = 1 << 20;

  private final String name;
  private final int last;

  /** Row starts into {@code followers}, by item index: {@code [vocabularySize + 1]}. */
  private final int[] starts;

  private final int[] followers;
  private final float[] weights;

  private RulesRanker(String name, int last, int[] starts, int[] followers, float[] weights) {
    this.name = name;
    this.last = last;
    this.starts = starts;
    this.followers = followers;
    this.weights = weights;
  }

  /** Last-item Markov chain: an item's score is how often it came right after the last item. */
  public static RulesRanker markov(TrainingPart part) {
    return train("markov", part, new RulesConfig(1, 0, false, 1, Integer.MAX_VALUE));
  }

  /** Counts the rules of the training part. */
  public static RulesRanker train(String name, TrainingPart part, RulesConfig rules) {
    JavaPairRDD<Integer, Tuple2<Integer, Long>> pairs =
        part.sequences()
            .flatMapToPair(sequence -> pairs(sequence.items(), rules))
            .reduceByKey(Long::sum)
            .mapToPair(
                pair ->
                    new Tuple2<>(
                        (int) (pair._1() >>> Integer.SIZE),
                        new Tuple2<>(pair._1().intValue(), pair._2())));
    List<Tuple3<Integer, int[], long[]>> rows =
        pairs
            .groupByKey()
            .map(row -> strongest(row._1(), row._2(), rules.followers()))
            .sortBy(Tuple3::_1, true, part.sequences().getNumPartitions())
            .collect();

    int[] starts = new int[part.vocabulary().size() + 1];
    rows.forEach(row -> starts[row._1() + 1] = row._2().length);
    Arrays.parallelPrefix(starts, Integer::sum);
    int[] followers = new int[starts[starts.length - 1]];
    float[] weights = new float[followers.length];
    for (Tuple3<Integer, int[], long[]> row : rows) {
      int at = starts[row._1()];
      for (int i = 0; i < row._2().length; i++) {
        followers[at + i] = row._2()[i];
        weights[at + i] = (float) (row._3()[i] / UNITS_PER_WEIGHT);
      }
    }
    return new RulesRanker(name, rules.last(), starts, followers, weights);
  }

  /** Pairs of a sequence with their summed weights: the antecedent in the upper half of the key. */
  private static Iterator<Tuple2<Long, Long>> pairs(int[] items, RulesConfig rules) {
    Map<Long, Long> sums = new HashMap<>();
    for (int i = 1; i < items.length; i++) {
      for (int distance = 1; distance <= Math.min(i, rules.reach()); distance++) {
        long units = Math.round(UNITS_PER_WEIGHT * Math.pow(distance, -rules.decay()));
        int before = items[i - distance];
        sums.merge((long) before << Integer.SIZE | items[i], units, Long::sum);
        if (rules.bothWays() && before != items[i]) {
          sums.merge((long) items[i] << Integer.SIZE | before, units, Long::sum);
        }
      }
    }
    return sums.entrySet().stream()
        .map(sum -> new Tuple2<>(sum.getKey(), sum.getValue()))
        .iterator();
  }

  /** The strongest rules of an item, of equal ones those to the more frequent item. */
  private static Tuple3<Integer, int[], long[]> strongest(
      int item, Iterable<Tuple2<Integer, Long>> rules, int most) {
    List<Tuple2<Integer, Long>> sorted =
        StreamSupport.stream(rules.spliterator(), false)
            .sorted(
                Comparator.<Tuple2<Integer, Long>, Long>comparing(rule -> -rule._2())
                    .thenComparing(Tuple2::_1))
            .limit(most)
            .toList();
    return new Tuple3<>(
        item,
        sorted.stream().mapToInt(Tuple2::_1).toArray(),
        sorted.stream().mapToLong(Tuple2::_2).toArray());
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Scale scale() {
    return Scale.SHARE;
  }

  @Override
  public Scorer open() {
    return new SparseScorer(starts.length - 1) {
      @Override
      void weigh(int[] sequence, int length, Weights sums) {
        for (int age = 1; age <= Math.min(last, length); age++) {
          int item = sequence[length - age];
          double fading = 1.0 / (age * age);
          for (int i = starts[item]; i < starts[item + 1]; i++) {
            sums.add(followers[i], fading * weights[i]);
          }
        }
      }
    };
  }
}
