package io.nightjar.evaluation;

import io.nightjar.evaluation.BlendWeights.HiddenUnit;
import io.nightjar.evaluation.BlendWeights.Part;
import io.nightjar.vocabulary.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Finds the weights of a blend on a validation part: those under which the targets are likeliest
 * among the items that any model puts on top. First as a sum ({@link ConditionalLogit}), in which
 * no model counts against an item: what would get a weight below 0 is left out. Then with hidden
 * units beside it ({@link HiddenLayerFit}), which know what a sum cannot: that a model is to be
 * trusted where another one is silent, or after long histories, or not about the item that was
 * clicked last.
 *
 * <p>Whether the units are worth it, at which floor, and whether either is better than one model
 * alone, is judged by NDCG@K, the compromise between finding the item (Recall) and putting it on
 * top (MRR), on cases that the weights were not fitted on.
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
    return gathered.size() < LEAST_CASES ? BlendWeights.none() : fit(gathered, models, k);
  }

  /** Fits the weights on gathered cases. */
  static BlendWeights fit(List<BlendCase> cases, List<Ranker> models, int k) {
    BlendFit all = new BlendFit(cases, models, k);
    int half = cases.size() / 2;
    BlendFit first = new BlendFit(cases.subList(0, half), models, k);
    BlendFit second = new BlendFit(cases.subList(half, cases.size()), models, k);

    Function<BlendFit, BlendWeights> best = BlendFit::bestModel;
    double most = all.gain(all.bestModel());
    for (double floor : FLOORS) {
      List<Function<BlendFit, BlendWeights>> ways =
          List.of(fit -> fit.sum(floor), fit -> fit.withHiddenUnits(fit.sum(floor), floor));
      for (Function<BlendFit, BlendWeights> way : ways) {
        // Each half is ranked with the weights of the other one.
        double gain = first.gain(way.apply(second)) + second.gain(way.apply(first));
        if (gain > most) {
          most = gain;
          best = way;
        }
      }
    }
    return best.apply(all);
  }

  /** The likeliest weighted sum; leaves out models until none has a weight below 0. */
  private BlendWeights sum(double floor) {
    List<Part> all = models.stream().map(model -> new Part(model.name(), 1, floor)).toList();
    List<float[][]> pooled = pooled(all);
    boolean[] used = new boolean[models.size()];
    Arrays.fill(used, true);
    while (true) {
      double penalty = CASES_FOR_NOTHING / pooled.size();
      double[] weights = ConditionalLogit.fit(pooled, used, penalty).weights();
      int lowest = 0;
      for (int m = 1; m < used.length; m++) {
        lowest = weights[m] < weights[lowest] ? m : lowest;
      }
      if (weights[lowest] >= 0) {
        return new BlendWeights(
            IntStream.range(0, weights.length)
                .filter(m -> weights[m] > 0)
                .mapToObj(m -> new Part(models.get(m).name(), weights[m], floor))
                .toList());
      }
      used[lowest] = false;
    }
  }

  /** The models of a sum, with hidden units fitted beside it. */
  private BlendWeights withHiddenUnits(BlendWeights sum, double floor) {
    List<Part> parts = sum.parts();
    if (parts.size() < 2) {
      return sum;
    }
    int features = parts.size() + 2;
    List<float[][]> pooled = pooled(parts);
    List<float[][]> known =
        IntStream.range(0, cases.size())
            .mapToObj(c -> withHistory(pooled.get(c), cases.get(c)))
            .toList();
    double[] start = new double[features];
    Arrays.setAll(start, f -> f < parts.size() ? parts.get(f).weight() : 0);
    HiddenLayerFit.Fitted fitted = HiddenLayerFit.fit(known, start);

    List<HiddenUnit> units = new ArrayList<>();
    for (int u = 0; u < fitted.bias().length; u++) {
      double[] unit = fitted.units()[u];
      units.add(
          new HiddenUnit(
              Arrays.stream(unit, 0, parts.size()).boxed().toList(),
              unit[parts.size()],
              unit[parts.size() + 1],
              fitted.bias()[u],
              fitted.outputs()[u]));
    }
    double ofNewest = fitted.weights()[features - 1];
    if (ofNewest != 0) {
      // What the sum adds for the newest item is a unit of its own, which is 1 for it alone.
      units.add(new HiddenUnit(parts.stream().map(part -> 0.0).toList(), 0, 1, 0, ofNewest));
    }
    return new BlendWeights(
        IntStream.range(0, parts.size())
            .mapToObj(m -> new Part(parts.get(m).model(), fitted.weights()[m], floor))
            .toList(),
        units);
  }

  /** Adds the logarithm of the history's length, and 1 for its newest item. */
  private static float[][] withHistory(float[][] pooled, BlendCase blendCase) {
    float[] length = new float[pooled[0].length];
    Arrays.fill(length, (float) Math.log(blendCase.length()));
    float[] newest = new float[pooled[0].length];
    if (blendCase.newest() >= 0) {
      newest[blendCase.newest()] = 1;
    }
    float[][] features = Arrays.copyOf(pooled, pooled.length + 2);
    features[pooled.length] = length;
    features[pooled.length + 1] = newest;
    return features;
  }

  private BlendWeights bestModel() {
    return models.stream()
        .map(model -> new BlendWeights(List.of(new Part(model.name(), 1, FLOORS[0]))))
        .max(Comparator.comparingDouble(this::gain))
        .orElseThrow();
  }

  /** The sum of NDCG@K over the cases. */
  private double gain(BlendWeights blend) {
    List<float[][]> pooled = pooled(blend.parts());
    HiddenLayer hidden = new HiddenLayer(blend.hiddenUnits());
    double[] gains =
        IntStream.range(0, cases.size())
            .parallel()
            .mapToDouble(c -> gain(cases.get(c), pooled.get(c), blend.parts(), hidden))
            .toArray();
    // In the order of the cases, so that the same cases give the same sum to the last digit.
    return Arrays.stream(gains).sum();
  }

  private double gain(BlendCase blendCase, float[][] pooled, List<Part> parts, HiddenLayer hidden) {
    float[] sums = new float[blendCase.scores()[0].length];
    int rank = 0;
    for (int c = 0; c < sums.length; c++) {
      for (int m = 0; m < pooled.length; m++) {
        sums[c] += (float) parts.get(m).weight() * pooled[m][c];
      }
      sums[c] += hidden.of(pooled, c, blendCase.length(), c == blendCase.newest());
      rank += sums[c] >= sums[0] ? 1 : 0;
    }
    return rank <= k ? Math.log(2) / Math.log(rank + 1.0) : 0;
  }

  /** What these models say in each case, on the blend's scale: {@code [parts][candidates]}. */
  private List<float[][]> pooled(List<Part> parts) {
    List<String> names = models.stream().map(Ranker::name).toList();
    int[] which = parts.stream().mapToInt(part -> names.indexOf(part.model())).toArray();
    return cases.parallelStream()
        .map(
            each -> {
              float[][] pooled = new float[which.length][each.scores()[0].length];
              for (int m = 0; m < which.length; m++) {
                Ranker.Scale scale = models.get(which[m]).scale();
                float[] scores = each.scores()[which[m]];
                for (int c = 0; c < scores.length; c++) {
                  pooled[m][c] = BlendRanker.pooled(scale, scores[c], parts.get(m).floor());
                }
              }
              return pooled;
            })
        .toList();
  }
}
