package io.nightjar.evaluation;

import io.nightjar.vocabulary.Vocabulary;
import java.util.Arrays;

/** Every item's score is how often training saw it, whatever came before. */
public final class PopularityRanker implements Ranker {
  private static final long serialVersionUID = 1L;

  private final float[] scores;

  public PopularityRanker(Vocabulary vocabulary) {
    long[] counts = vocabulary.counts();
    this.scores = new float[counts.length];
    for (int index = 0; index < counts.length; index++) {
      scores[index] = counts[index];
    }
  }

  @Override
  public String name() {
    return "popularity";
  }

  @Override
  public Scorer open() {
    return (items, from, to) -> {
      float[][] rows = new float[to - from + 1][];
      Arrays.fill(rows, scores);
      return rows;
    };
  }
}
