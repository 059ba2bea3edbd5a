package io.nightjar.evaluation;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Several models as one. A logarithmic opinion pool (Genest and Zidek 1986) adds up the logarithms
 * of what the models say, {@code sum of w ln(floor + share)} or {@code w x score} where scores are
 * logarithms already; what a model multiplies all its shares with cancels out, so no softmax has to
 * be summed up, and items are scored block by block. Hidden units, if there are any, correct the
 * sum item by item.
 */
public final class BlendRanker implements Ranker {
  private static final long serialVersionUID = 1L;

  /** What the blend is called. */
  public static final String NAME = "blend";

  /** Scores of each model that are held at a time. */
  private static final int MOST_CELLS = 1 << 17;

  private final List<Ranker> models;
  private final double[] weights;
  private final double[] floors;
  private final HiddenLayer hidden;

  /**
   * @param models by name; those with a part in the weights are used
   * @throws IllegalArgumentException if a part's model is missing
   */
  public BlendRanker(BlendWeights blend, Map<String, Ranker> models) {
    for (BlendWeights.Part part : blend.parts()) {
      if (!models.containsKey(part.model())) {
        throw new IllegalArgumentException(
            "The blend needs the model " + part.model() + "; given are " + models.keySet() + ".");
      }
    }
    this.models = blend.parts().stream().map(part -> models.get(part.model())).toList();
    this.weights = blend.parts().stream().mapToDouble(BlendWeights.Part::weight).toArray();
    this.floors = blend.parts().stream().mapToDouble(BlendWeights.Part::floor).toArray();
    this.hidden = new HiddenLayer(blend.hiddenUnits());
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Scorer open() {
    return new BlendScorer(models.stream().map(Ranker::open).toList());
  }

  /** A model's score on the blend's scale. */
  static float pooled(Scale scale, float score, double floor) {
    return scale == Scale.SHARE ? (float) Math.log(floor + score) : score;
  }

  private final class BlendScorer implements Scorer {
    private final List<Scorer> scorers;

    /** {@code [models][prefixes x items]} */
    private final float[][] pooled;

    private float[] ofBlock = {};
    private float[] ofUnit = {};
    private Prefixes prefixes;

    BlendScorer(List<Scorer> scorers) {
      this.scorers = scorers;
      this.pooled = new float[scorers.size()][0];
    }

    @Override
    public void prepare(Prefixes batch) {
      prefixes = batch;
      scorers.forEach(scorer -> scorer.prepare(batch));
    }

    @Override
    public void score(int fromItem, int toItem, float[] scores) {
      int width = toItem - fromItem;
      int step = Math.max(1, MOST_CELLS / Math.max(1, prefixes.count()));
      for (int from = fromItem; from < toItem; from += step) {
        int block = Math.min(step, toItem - from);
        scoreBlock(from, from + block);
        for (int prefix = 0; prefix < prefixes.count(); prefix++) {
          System.arraycopy(
              ofBlock, prefix * block, scores, prefix * width + from - fromItem, block);
        }
      }
    }

    private void scoreBlock(int fromItem, int toItem) {
      int width = toItem - fromItem;
      int count = prefixes.count() * width;
      ofBlock = ofBlock.length < count ? new float[count] : ofBlock;
      Arrays.fill(ofBlock, 0, count, 0);
      for (int m = 0; m < scorers.size(); m++) {
        pooled[m] = pooled[m].length < count ? new float[count] : pooled[m];
        scorers.get(m).score(fromItem, toItem, pooled[m]);
        if (models.get(m).scale() == Scale.SHARE) {
          pool(pooled[m], count, floors[m]);
        }
        float weight = (float) weights[m];
        for (int i = 0; i < count; i++) {
          ofBlock[i] += weight * pooled[m][i];
        }
      }
      if (!hidden.isEmpty()) {
        ofUnit = ofUnit.length < count ? new float[count] : ofUnit;
        for (int prefix = 0; prefix < prefixes.count(); prefix++) {
          correct(prefix, fromItem, width);
        }
      }
    }

    /** Adds what the hidden units say after one prefix. */
    private void correct(int prefix, int fromItem, int width) {
      int length = prefixes.lengths()[prefix];
      hidden.add(pooled, prefix * width, (prefix + 1) * width, length, ofUnit, ofBlock);
      int newest = prefixes.lastItem(prefix) - fromItem;
      if (newest >= 0 && newest < width) {
        int cell = prefix * width + newest;
        ofBlock[cell] +=
            hidden.of(pooled, cell, length, true) - hidden.of(pooled, cell, length, false);
      }
    }

    /** Most shares are 0, whose logarithm is known. */
    private static void pool(float[] shares, int count, double floor) {
      float ofNothing = pooled(Scale.SHARE, 0, floor);
      for (int i = 0; i < count; i++) {
        shares[i] = shares[i] == 0 ? ofNothing : pooled(Scale.SHARE, shares[i], floor);
      }
    }

    @Override
    public void score(int prefix, int prepared, int[] items, float[] scores) {
      float[][] ofItems = new float[scorers.size()][items.length];
      Arrays.fill(scores, 0, items.length, 0);
      for (int m = 0; m < scorers.size(); m++) {
        scorers.get(m).score(prefix, prepared, items, ofItems[m]);
        for (int i = 0; i < items.length; i++) {
          ofItems[m][i] = pooled(models.get(m).scale(), ofItems[m][i], floors[m]);
          scores[i] += (float) weights[m] * ofItems[m][i];
        }
      }
      int newest = prefixes.lastItem(prefix);
      for (int i = 0; i < items.length && !hidden.isEmpty(); i++) {
        scores[i] += hidden.of(ofItems, i, prefixes.lengths()[prefix], items[i] == newest);
      }
    }

    @Override
    public void close() {
      scorers.forEach(Scorer::close);
    }
  }
}
