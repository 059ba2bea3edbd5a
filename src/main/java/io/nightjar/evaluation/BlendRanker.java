package io.nightjar.evaluation;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Several models as one, by a logarithmic opinion pool (Genest and Zidek 1986): an item's score is
 * the weighted sum of the logarithms of what the models say, {@code sum of w ln(floor + share)} or
 * {@code w x score} where scores are logarithms already. What a model multiplies all its shares
 * with cancels out, so no softmax has to be summed up, and items are scored block by block.
 */
public final class BlendRanker implements Ranker {
  private static final long serialVersionUID = 1L;

  /** What the blend is called. */
  public static final String NAME = "blend";

  private final List<Ranker> models;
  private final double[] weights;
  private final double[] floors;

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
  static float pooled(Scale scale, float score, double weight, double floor) {
    return (float) (weight * (scale == Scale.SHARE ? Math.log(floor + score) : score));
  }

  private final class BlendScorer implements Scorer {
    private final List<Scorer> scorers;
    private float[] ofModel = new float[0];
    private int prefixes;

    BlendScorer(List<Scorer> scorers) {
      this.scorers = scorers;
    }

    @Override
    public void prepare(Prefixes batch) {
      prefixes = batch.count();
      scorers.forEach(scorer -> scorer.prepare(batch));
    }

    @Override
    public void score(int fromItem, int toItem, float[] scores) {
      int count = prefixes * (toItem - fromItem);
      ofModel = ofModel.length < count ? new float[count] : ofModel;
      Arrays.fill(scores, 0, count, 0);
      for (int m = 0; m < scorers.size(); m++) {
        scorers.get(m).score(fromItem, toItem, ofModel);
        if (models.get(m).scale() == Scale.SHARE) {
          addShares(scores, count, weights[m], floors[m]);
        } else {
          float weight = (float) weights[m];
          for (int i = 0; i < count; i++) {
            scores[i] += weight * ofModel[i];
          }
        }
      }
    }

    /** Most shares are 0, whose logarithm is known. */
    private void addShares(float[] scores, int count, double weight, double floor) {
      float ofNothing = pooled(Scale.SHARE, 0, weight, floor);
      for (int i = 0; i < count; i++) {
        scores[i] += ofModel[i] == 0 ? ofNothing : pooled(Scale.SHARE, ofModel[i], weight, floor);
      }
    }

    @Override
    public void score(int prefix, int prepared, int[] items, float[] scores) {
      float[] ofItems = new float[items.length];
      Arrays.fill(scores, 0, items.length, 0);
      for (int m = 0; m < scorers.size(); m++) {
        scorers.get(m).score(prefix, prepared, items, ofItems);
        for (int i = 0; i < items.length; i++) {
          scores[i] += pooled(models.get(m).scale(), ofItems[i], weights[m], floors[m]);
        }
      }
    }

    @Override
    public void close() {
      scorers.forEach(Scorer::close);
    }
  }
}
