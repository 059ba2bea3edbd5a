package io.nightjar.evaluation;

import io.nightjar.vocabulary.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Finds the weights of a blend on a validation part. First those under which the targets are
 * likeliest among the items that any model puts on top ({@link ConditionalLogit}); from there,
 * those under which they rank highest ({@link NdcgAscent}): a model that is right about the first
 * place alone, or about the twentieth alone, gets its due, which likelihood does not see. No model
 * counts against an item: what would get a weight below 0 is left out.
 *
 * <p>Which of the two is better, at which floor, and whether either is better than one model alone,
 * is judged by NDCG@K, the compromise between finding the item (Recall) and putting it on top
 * (MRR), on cases that the weights were not fitted on.
 */
public final class BlendFit {
  private static final double[] FLOORS = {1e-2, 1e-3, 1e-4};

  /**
   * Weights of 0 count as much as so many cases: where cases are few, models that say much the same
   * share what weight there is instead of one taking it all; with thousands it changes nothing.
   */
  private static final double CASES_FOR_NOTHING = 10;

  /** With fewer cases that any model reaches, what fits them best says little about others. */
  private static final int LEAST_CASES = 50;

  /** With fewer, the ranks of the targets say less about other cases than how likely they are. */
  private static final int LEAST_CASES_FOR_RANKS = 1000;

  private final List<BlendCase> cases;
  private final List<Ranker> models;
  private final int k;

  private BlendFit(List<BlendCase> cases, List<Ranker> models, int k) {
    this.cases = cases;
    this.models = models;
    this.k = k;
  }

  /**
   * Fits the weights; none where there are too few cases to fit on, a single model's where no blend
   * is better than it.
   *
   * @param part the validation part; no model was trained on its targets
   * @param cases which cases of the part are fitted on
   * @param k length of the list that is judged
   */
  public static BlendWeights fit(
      JavaSparkContext spark,
      List<Ranker> models,
      Dataset<Row> part,
      Broadcast<Vocabulary> vocabulary,
      BlendCases.Selection cases,
      int k) {
    List<BlendCase> gathered = new BlendCases(spark, models, cases, k).of(part, vocabulary);
    return gathered.size() < LEAST_CASES ? new BlendWeights(List.of()) : fit(gathered, models, k);
  }

  /** Fits the weights on gathered cases. */
  static BlendWeights fit(List<BlendCase> cases, List<Ranker> models, int k) {
    BlendFit fit = new BlendFit(cases, models, k);
    int half = cases.size() / 2;
    BlendFit first = new BlendFit(cases.subList(0, half), models, k);
    BlendFit second = new BlendFit(cases.subList(half, cases.size()), models, k);
    boolean forRanks = cases.size() >= LEAST_CASES_FOR_RANKS;

    // Each half is ranked with the weights of the other one.
    BlendWeights alone = fit.bestModel();
    double most = fit.gain(alone);
    Way best = null;
    for (double floor : FLOORS) {
      List<BlendWeights> ofFirst = first.weights(floor, forRanks);
      List<BlendWeights> ofSecond = second.weights(floor, forRanks);
      for (int goal = 0; goal < ofFirst.size(); goal++) {
        double gain = first.gain(ofSecond.get(goal)) + second.gain(ofFirst.get(goal));
        if (gain > most) {
          most = gain;
          best = new Way(floor, goal);
        }
      }
    }
    return best == null ? alone : fit.weights(best.floor(), forRanks).get(best.goal());
  }

  /**
   * How weights are fitted.
   *
   * @param goal which of {@link #weights}
   */
  private record Way(double floor, int goal) {}

  /** The likeliest weights and, if asked for, those under which the targets rank highest. */
  private List<BlendWeights> weights(double floor, boolean forRanks) {
    List<float[][]> pooled = cases.stream().map(each -> pooled(each, floor)).toList();
    double[] likeliest = withoutOpponents(pooled).weights();
    return forRanks
        ? List.of(
            blend(likeliest, floor),
            blend(likeliestScale(NdcgAscent.climb(pooled, likeliest), pooled), floor))
        : List.of(blend(likeliest, floor));
  }

  private BlendWeights blend(double[] weights, double floor) {
    List<BlendWeights.Part> parts = new ArrayList<>();
    for (int m = 0; m < weights.length; m++) {
      if (weights[m] > 0) {
        parts.add(new BlendWeights.Part(models.get(m).name(), weights[m], floor));
      }
    }
    return new BlendWeights(parts);
  }

  /**
   * Scales all weights alike, which changes no rank, so that scores are logarithms of chances as
   * far as they can be: what a temperature or a least score refers to.
   */
  private static double[] likeliestScale(double[] weights, List<float[][]> pooled) {
    List<float[][]> sums =
        pooled.stream().map(each -> new float[][] {weightedSum(each, weights)}).toList();
    double scale = ConditionalLogit.fit(sums, new boolean[] {true}, penalty(pooled)).weights()[0];
    return scale > 0 ? Arrays.stream(weights).map(each -> scale * each).toArray() : weights;
  }

  private static float[] weightedSum(float[][] features, double[] weights) {
    float[] sums = new float[features[0].length];
    for (int f = 0; f < weights.length; f++) {
      for (int c = 0; c < sums.length; c++) {
        sums[c] += (float) (weights[f] * features[f][c]);
      }
    }
    return sums;
  }

  /** Leaves out the model with the lowest weight until none is below 0. */
  private ConditionalLogit.Fitted withoutOpponents(List<float[][]> pooled) {
    boolean[] used = new boolean[models.size()];
    Arrays.fill(used, true);
    while (true) {
      ConditionalLogit.Fitted fitted = ConditionalLogit.fit(pooled, used, penalty(pooled));
      int lowest = 0;
      for (int m = 1; m < used.length; m++) {
        lowest = fitted.weights()[m] < fitted.weights()[lowest] ? m : lowest;
      }
      if (fitted.weights()[lowest] >= 0) {
        return fitted;
      }
      used[lowest] = false;
    }
  }

  private static double penalty(List<float[][]> pooled) {
    return CASES_FOR_NOTHING / pooled.size();
  }

  private BlendWeights bestModel() {
    return models.stream()
        .map(model -> new BlendWeights(List.of(new BlendWeights.Part(model.name(), 1, FLOORS[0]))))
        .max(Comparator.comparingDouble(this::gain))
        .orElseThrow();
  }

  /** The sum of NDCG@K over the cases. */
  private double gain(BlendWeights blend) {
    return cases.parallelStream().mapToDouble(each -> gain(each, blend)).sum();
  }

  private double gain(BlendCase blendCase, BlendWeights blend) {
    float[] sums = new float[blendCase.scores()[0].length];
    for (BlendWeights.Part part : blend.parts()) {
      int model =
          IntStream.range(0, models.size())
              .filter(m -> models.get(m).name().equals(part.model()))
              .findFirst()
              .orElseThrow();
      Ranker.Scale scale = models.get(model).scale();
      for (int c = 0; c < sums.length; c++) {
        float score = blendCase.scores()[model][c];
        sums[c] += BlendRanker.pooled(scale, score, part.weight(), part.floor());
      }
    }
    int rank = 0;
    for (float sum : sums) {
      rank += sum >= sums[0] ? 1 : 0;
    }
    return rank <= k ? Math.log(2) / Math.log(rank + 1.0) : 0;
  }

  private float[][] pooled(BlendCase blendCase, double floor) {
    float[][] pooled = new float[models.size()][blendCase.scores()[0].length];
    for (int m = 0; m < pooled.length; m++) {
      for (int c = 0; c < pooled[m].length; c++) {
        pooled[m][c] =
            BlendRanker.pooled(models.get(m).scale(), blendCase.scores()[m][c], 1, floor);
      }
    }
    return pooled;
  }
}
