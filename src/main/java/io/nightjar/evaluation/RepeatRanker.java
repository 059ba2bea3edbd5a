package io.nightjar.evaluation;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * What was seen comes again: an item of the history scores by how often, in training, an item came
 * next whose last time was as many events ago (repeat consumption: Anderson, Kumar, Tomkins,
 * Vassilvitskii, WWW 2014). All other items score 0, so that it is of use beside other models, and
 * of none where seen items are excluded.
 */
public final class RepeatRanker implements Ranker {
  private static final long serialVersionUID = 1L;

  /** Items whose last time is longer ago, in events, score 0. */
  private static final int REACH = 50;

  /** Chance to be next, by events since the item's last time; 1 is the newest event's item. */
  private final float[] chances;

  private final int vocabularySize;

  private RepeatRanker(float[] chances, int vocabularySize) {
    this.chances = chances;
    this.vocabularySize = vocabularySize;
  }

  /** Counts the repeats of the training part. */
  public static RepeatRanker train(TrainingPart part) {
    Counts total = new Counts();
    part.sequences()
        .mapPartitions(
            sequences -> {
              Counts counts = new Counts();
              sequences.forEachRemaining(sequence -> counts.add(sequence.items()));
              return List.of(counts).iterator();
            })
        .collect()
        .forEach(total::add);
    float[] chances = new float[REACH + 1];
    for (int age = 1; age <= REACH; age++) {
      chances[age] = (float) total.repeats[age] / Math.max(1, total.chances[age]);
    }
    return new RepeatRanker(chances, part.vocabulary().size());
  }

  @Override
  public String name() {
    return "repeat";
  }

  @Override
  public Scale scale() {
    return Scale.SHARE;
  }

  @Override
  public Scorer open() {
    return new SparseScorer(vocabularySize) {
      @Override
      void weigh(int[] sequence, int length, Weights weights) {
        for (int age = 1; age <= Math.min(REACH, length); age++) {
          int item = sequence[length - age];
          if (isNewest(sequence, length, age)) {
            weights.add(item, chances[age]);
          }
        }
      }

      @Override
      boolean sharesAreGiven() {
        return true;
      }
    };
  }

  /** Whether the item that stands {@code age} events back comes only there among the newer ones. */
  private static boolean isNewest(int[] sequence, int length, int age) {
    for (int newer = 1; newer < age; newer++) {
      if (sequence[length - newer] == sequence[length - age]) {
        return false;
      }
    }
    return true;
  }

  /** How often items of the history could come next, and did, by the events since. */
  private static final class Counts implements Serializable {
    private static final long serialVersionUID = 1L;
    private final long[] chances = new long[REACH + 1];
    private final long[] repeats = new long[REACH + 1];

    void add(int[] items) {
      for (int next = 1; next < items.length; next++) {
        for (int age = 1; age <= Math.min(REACH, next); age++) {
          if (isNewest(items, next, age)) {
            chances[age]++;
            repeats[age] += items[next - age] == items[next] ? 1 : 0;
          }
        }
      }
    }

    void add(Counts other) {
      Arrays.setAll(chances, age -> chances[age] + other.chances[age]);
      Arrays.setAll(repeats, age -> repeats[age] + other.repeats[age]);
    }
  }
}
