package io.nightjar.evaluation;

import java.util.function.IntToDoubleFunction;

/** Scores an item the same whatever came before. */
record FixedRanker(String name, Scale scale, float[] scores) implements Ranker {

  /**
   * @param scoreOf by item index, from 1
   */
  static FixedRanker of(String name, Scale scale, int items, IntToDoubleFunction scoreOf) {
    float[] scores = new float[items + 1];
    for (int item = 1; item <= items; item++) {
      scores[item] = (float) scoreOf.applyAsDouble(item);
    }
    return new FixedRanker(name, scale, scores);
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
        for (int p = 0; p < prefixes; p++) {
          System.arraycopy(scores, fromItem, filled, p * (toItem - fromItem), toItem - fromItem);
        }
      }
    };
  }
}
