package io.nightjar.evaluation;

import io.nightjar.recommend.TopK;
import io.nightjar.vocabulary.Vocabulary;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Gathers the cases that a blend is fitted on. The candidates of a case are every model's best
 * items, since an item that no model has among its best should not be among the blend's best
 * either, and a few items drawn at random, from which the fit learns that. A case whose target is
 * not among the models' best items is left out: no weights reach it, and taken in as a candidate it
 * would only teach the fit to think little of what models put on top.
 */
public final class BlendCases {
  private static final int RANDOM_ITEMS = 20;

  private final JavaSparkContext spark;
  private final List<Ranker> models;
  private final Selection selection;
  private final int best;

  /**
   * Which cases are gathered, and of which items.
   *
   * @param most cases at most, drawn by lot from the part; the same ones however it is stored
   * @param excludeSeen whether items of the history are no candidates, and no targets; as models
   *     are judged
   */
  public record Selection(int most, boolean excludeSeen) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /**
   * @param best how many of each model's best items are candidates: those of its list, since deeper
   *     ones would move the weights, but not the top of the blend's list
   */
  BlendCases(JavaSparkContext spark, List<Ranker> models, Selection selection, int best) {
    this.spark = spark;
    this.models = models;
    this.selection = selection;
    this.best = best;
  }

  /** Which cases, and which items of a case, the tasks take. */
  private record Taken(int best, boolean excludeSeen, double share) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /**
   * The cases of a part.
   *
   * @param part {@code items[], first_target}
   */
  List<BlendCase> of(Dataset<Row> part, Broadcast<Vocabulary> vocabulary) {
    long targets =
        part.selectExpr("coalesce(sum(size(items) - first_target), 0)").first().getLong(0);
    double share = Math.min(1, (double) selection.most() / targets);
    Taken taken = new Taken(best, selection.excludeSeen(), share);
    Broadcast<List<Ranker>> shared = spark.broadcast(models);
    List<BlendCase> cases =
        part.select("items", "first_target")
            .javaRDD()
            .mapPartitions(
                rows -> {
                  try (Task task = new Task(shared.value(), vocabulary.value(), taken)) {
                    List<BlendCase> ofPartition = new ArrayList<>();
                    while (rows.hasNext()) {
                      Row row = rows.next();
                      ofPartition.addAll(task.cases(row.getList(0), row.getInt(1)));
                    }
                    return ofPartition.iterator();
                  }
                })
            .collect();
    shared.destroy();
    // In an order of their own, however the rows were stored and dealt out.
    return cases.stream()
        .sorted(Comparator.comparingLong(BlendCase::sequence).thenComparingInt(BlendCase::length))
        .limit(selection.most())
        .toList();
  }

  /** Goes through the sequences of a partition. */
  private static final class Task implements AutoCloseable {
    private final List<Ranker.Scorer> scorers;
    private final Vocabulary vocabulary;
    private final Taken taken;

    /** What every model says about every item, {@code [models][items]}. */
    private final float[][] scores;

    Task(List<Ranker> models, Vocabulary vocabulary, Taken taken) {
      this.scorers = models.stream().map(Ranker::open).toList();
      this.vocabulary = vocabulary;
      this.taken = taken;
      this.scores = new float[models.size()][vocabulary.items()];
    }

    /** A share of the cases with a known target and a known history, drawn by lot. */
    List<BlendCase> cases(List<String> itemIds, int firstTarget) {
      int[] known = vocabulary.indicesOfKnown(itemIds);
      int history = vocabulary.indicesOfKnown(itemIds.subList(0, firstTarget)).length;
      long lot = lot(known);
      List<BlendCase> cases = new ArrayList<>();
      for (int target = Math.max(1, history); target < known.length; target++) {
        blendCase(known, target, lot).ifPresent(cases::add);
      }
      return cases;
    }

    /** A number that belongs to a sequence of items, and says nothing about it. */
    private static long lot(int[] items) {
      long hash = 0;
      for (int item : items) {
        hash = new SplittableRandom(hash + item).nextLong();
      }
      return hash;
    }

    private Optional<BlendCase> blendCase(int[] sequence, int target, long lot) {
      SplittableRandom random = new SplittableRandom(lot + target);
      BitSet excluded = new BitSet();
      if (taken.excludeSeen()) {
        Arrays.stream(sequence, 0, target).forEach(excluded::set);
      }
      if (random.nextDouble() >= taken.share() || excluded.get(sequence[target])) {
        return Optional.empty();
      }
      Set<Integer> candidates = bestItems(sequence, target, excluded);
      if (!candidates.remove(sequence[target])) {
        return Optional.empty();
      }
      for (int draw = 0; draw < RANDOM_ITEMS; draw++) {
        int item = 1 + random.nextInt(vocabulary.items());
        if (!excluded.get(item) && item != sequence[target]) {
          candidates.add(item);
        }
      }
      int[] items =
          IntStream.concat(
                  IntStream.of(sequence[target]), candidates.stream().mapToInt(item -> item))
              .toArray();
      float[][] ofItems = new float[scores.length][items.length];
      int newest = -1;
      for (int c = 0; c < items.length; c++) {
        newest = items[c] == sequence[target - 1] ? c : newest;
        for (int m = 0; m < scores.length; m++) {
          ofItems[m][c] = scores[m][items[c] - 1];
        }
      }
      return Optional.of(new BlendCase(lot, ofItems, target, newest));
    }

    /** Scores all items, and finds every model's best ones. */
    private Set<Integer> bestItems(int[] sequence, int target, BitSet excluded) {
      Prefixes prefix = new Prefixes(new int[][] {sequence}, new int[] {0}, new int[] {target});
      Set<Integer> items = new LinkedHashSet<>();
      for (int m = 0; m < scores.length; m++) {
        scorers.get(m).prepare(prefix);
        scorers.get(m).score(1, vocabulary.size(), scores[m]);
        TopK best = new TopK(Math.min(taken.best(), vocabulary.items()));
        for (int i = 0; i < scores[m].length; i++) {
          if (!excluded.get(i + 1)) {
            best.offer(i + 1, scores[m][i]);
          }
        }
        for (TopK.Ranked item : best.drain()) {
          items.add(item.index());
        }
      }
      return items;
    }

    @Override
    public void close() {
      scorers.forEach(Ranker.Scorer::close);
    }
  }
}
