package io.nightjar.evaluation;

import io.nightjar.vocabulary.Vocabulary;

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
    return new Scorer() {
      private int prefixes;

      @Override
      public void prepare(Prefixes batch) {
        prefixes = batch.count();
      }

      @Override
      public void score(int fromItem, int toItem, float[] filled) {
        int width = toItem - fromItem;
        for (int prefix = 0; prefix < prefixes; prefix++) {
          System.arraycopy(scores, fromItem, filled, prefix * width, width);
        }
      }
    };
  }
}
