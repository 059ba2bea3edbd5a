package io.nightjar.evaluation;

import io.nightjar.LocalSpark;
import io.nightjar.vocabulary.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;

/** Training parts and scores for the tests of rankers. */
final class Rankers {
  private static final long DAY_MILLIS = 24 * 3600 * 1000L;

  private Rankers() {}

  /** A part of these sequences, the n-th one on the n-th day; items are 1 to {@code items}. */
  static TrainingPart part(int items, int[]... sequences) {
    List<TimedSequence> timed = new ArrayList<>();
    for (int day = 0; day < sequences.length; day++) {
      long[] times = new long[sequences[day].length];
      Arrays.fill(times, day * DAY_MILLIS);
      timed.add(new TimedSequence(sequences[day], times));
    }
    List<Vocabulary.Entry> entries = new ArrayList<>();
    for (int item = 1; item <= items; item++) {
      entries.add(new Vocabulary.Entry("i" + item, items + 1L - item));
    }
    return new TrainingPart(spark().parallelize(timed, 2), Vocabulary.of(entries));
  }

  static JavaSparkContext spark() {
    return JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
  }

  /** Scores of all items after one history; [0] is item 1. */
  static float[] scores(Ranker ranker, int items, int... history) {
    float[] scores = new float[items];
    try (Ranker.Scorer scorer = ranker.open()) {
      scorer.prepare(Prefixes.whole(new int[][] {history}));
      scorer.score(1, items + 1, scores);
    }
    return scores;
  }

  /** The same, scored in blocks of two items. */
  static float[] scoresInBlocks(Ranker ranker, int items, int... history) {
    float[] scores = new float[items];
    try (Ranker.Scorer scorer = ranker.open()) {
      scorer.prepare(Prefixes.whole(new int[][] {history}));
      for (int from = 1; from <= items; from += 2) {
        int to = Math.min(items + 1, from + 2);
        float[] block = new float[to - from];
        scorer.score(from, to, block);
        System.arraycopy(block, 0, scores, from - 1, block.length);
      }
    }
    return scores;
  }
}
