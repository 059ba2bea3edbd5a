package io.nightjar.evaluation;

import io.nightjar.vocabulary.Vocabulary;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Every item's score is its share of training's events, or of the newest ones, whatever came
 * before.
 */
public final class PopularityRanker implements Ranker {
  private static final long serialVersionUID = 1L;

  private final float[] scores;

  private PopularityRanker(long[] counts) {
    double total = Math.max(1, Arrays.stream(counts).sum());
    this.scores = new float[counts.length];
    for (int index = 0; index < counts.length; index++) {
      scores[index] = (float) (counts[index] / total);
    }
  }

  /** Popularity over all of training. */
  public PopularityRanker(Vocabulary vocabulary) {
    this(vocabulary.counts());
  }

  /**
   * Popularity over the newest part of training.
   *
   * @param window how far back from the newest event; zero for all of training
   */
  public static PopularityRanker train(TrainingPart part, Duration window) {
    if (window.isZero()) {
      return new PopularityRanker(part.vocabulary());
    }
    long newest = part.sequences().map(TimedSequence::end).reduce(Math::max);
    long oldest = newest - window.toMillis();
    Map<Integer, Long> recent =
        part.sequences()
            .flatMap(
                sequence ->
                    IntStream.range(0, sequence.items().length)
                        .filter(i -> sequence.times()[i] >= oldest)
                        .map(i -> sequence.items()[i])
                        .boxed()
                        .iterator())
            .countByValue();
    long[] counts = new long[part.vocabulary().size()];
    recent.forEach((item, count) -> counts[item] = count);
    return new PopularityRanker(counts);
  }

  @Override
  public String name() {
    return "popularity";
  }

  @Override
  public Scale scale() {
    return Scale.SHARE;
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

      @Override
      public void score(int prefix, int prepared, int[] items, float[] filled) {
        for (int i = 0; i < items.length; i++) {
          filled[i] = scores[items[i]];
        }
      }
    };
  }
}
