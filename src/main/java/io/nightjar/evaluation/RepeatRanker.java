package io.nightjar.evaluation;

import java.io.Serializable;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What was seen comes again: an item of the history scores by how often, in training, an item came
 * next whose last time was as many events ago, in a history as long that repeated itself as often
 * (repeat consumption: Anderson, Kumar, Tomkins, Vassilvitskii, WWW 2014). Who went back and forth
 * does so again; who never did rarely begins to. All other items score 0, so that it is of use
 * beside other models, and of none where seen items are excluded.
 */
public final class RepeatRanker implements Ranker {
  private static final long serialVersionUID = 1L;

  /** Items whose last time is longer ago, in events, score 0. */
  private static final int REACH = 50;

  /** Lengths of histories from which on they are all alike. */
  private static final int LONG = 8;

  /** Repeats in a history from which on they are all alike. */
  private static final int OFTEN = 3;

  /**
   * What is known of an item's age alone counts as so many observations of it in each kind of
   * history.
   */
  private static final double PRIOR = 5;

  /**
   * Chance to be next, by kind of history and events since the item's last time, {@code [kinds][1 +
   * REACH]}; age 1 is the newest event's item.
   */
  private final float[][] chances;

  private final int vocabularySize;

  private RepeatRanker(float[][] chances, int vocabularySize) {
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
    return new RepeatRanker(total.chances(), part.vocabulary().size());
  }

  /** The kind of a history of so many events on so many different items. */
  private static int kind(int length, int different) {
    return (Math.min(length, LONG) - 1) * (OFTEN + 1) + Math.min(length - different, OFTEN);
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
        int different = (int) Arrays.stream(sequence, 0, length).distinct().count();
        float[] ofKind = chances[kind(length, different)];
        for (int age = 1; age <= Math.min(REACH, length); age++) {
          if (isNewest(sequence, length, age)) {
            weights.add(sequence[length - age], ofKind[age]);
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

  /**
   * How often items of the history could come next, and did, by kind of history and events since.
   */
  private static final class Counts implements Serializable {
    private static final long serialVersionUID = 1L;
    private final long[][] possible = new long[LONG * (OFTEN + 1)][REACH + 1];
    private final long[][] repeats = new long[LONG * (OFTEN + 1)][REACH + 1];

    void add(int[] items) {
      Set<Integer> different = new HashSet<>();
      for (int next = 1; next < items.length; next++) {
        different.add(items[next - 1]);
        int kind = kind(next, different.size());
        for (int age = 1; age <= Math.min(REACH, next); age++) {
          if (isNewest(items, next, age)) {
            possible[kind][age]++;
            repeats[kind][age] += items[next - age] == items[next] ? 1 : 0;
          }
        }
      }
    }

    void add(Counts other) {
      for (int kind = 0; kind < possible.length; kind++) {
        for (int age = 1; age <= REACH; age++) {
          possible[kind][age] += other.possible[kind][age];
          repeats[kind][age] += other.repeats[kind][age];
        }
      }
    }

    float[][] chances() {
      float[][] chances = new float[possible.length][REACH + 1];
      for (int a = 1; a <= REACH; a++) {
        int age = a;
        double ofAll =
            Arrays.stream(repeats).mapToDouble(ofKind -> ofKind[age]).sum()
                / Math.max(1, Arrays.stream(possible).mapToDouble(ofKind -> ofKind[age]).sum());
        for (int kind = 0; kind < chances.length; kind++) {
          chances[kind][age] =
              (float) ((repeats[kind][age] + PRIOR * ofAll) / (possible[kind][age] + PRIOR));
        }
      }
      return chances;
    }
  }
}
