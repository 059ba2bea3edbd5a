package io.nightjar.evaluation;

import io.nightjar.evaluation.Ranker.Scale;
import io.nightjar.vocabulary.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Finds the weights of a blend on a validation part, by coordinate ascent: starting from the best
 * single model, one model's weight and floor at a time are set to what gives the highest NDCG@K,
 * until nothing gets better. NDCG is the compromise between finding the item (Recall) and putting
 * it on top (MRR).
 */
public final class BlendFit {
  private static final double[] WEIGHTS = {
    0, .03, .05, .08, .12, .18, .25, .35, .5, .7, 1, 1.4, 2, 3, 5, 8, 12, 20
  };

  /** The weight that a model starts with: index of 1 in {@link #WEIGHTS}. */
  private static final int ALONE = 10;

  private static final double[] FLOORS = {1, 3e-1, 1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 1e-5};
  private static final int MOST_ROUNDS = 12;

  /** With fewer cases, what fits them best says little about others: the error of NDCG is .02. */
  private static final int LEAST_CASES = 500;

  /** Smaller gains are noise of the cases. */
  private static final double LEAST_GAIN = 1e-5;

  private final List<BlendCase> cases;
  private final List<Ranker> models;
  private final int k;
  private final double[] weights;
  private final double[] floors;

  private BlendFit(List<BlendCase> cases, List<Ranker> models, int k) {
    this.cases = cases;
    this.models = models;
    this.k = k;
    this.weights = new double[models.size()];
    this.floors = new double[models.size()];
    Arrays.fill(floors, FLOORS[FLOORS.length / 2]);
  }

  /**
   * Fits the weights; none where there are too few cases to fit on.
   *
   * @param part the validation part; no model was trained on its targets
   * @param k length of the list that is judged
   * @param most cases to fit on, at most
   */
  public static BlendWeights fit(
      JavaSparkContext spark,
      List<Ranker> models,
      Dataset<Row> part,
      Broadcast<Vocabulary> vocabulary,
      int k,
      int most) {
    List<BlendCase> cases = new BlendCases(spark, models, most).of(part, vocabulary);
    return cases.size() < LEAST_CASES ? new BlendWeights(List.of()) : fit(cases, models, k);
  }

  /** Fits the weights on gathered cases. */
  static BlendWeights fit(List<BlendCase> cases, List<Ranker> models, int k) {
    BlendFit fit = new BlendFit(cases, models, k);
    double best = fit.startFromTheBestModel();
    for (int round = 0; round < MOST_ROUNDS; round++) {
      double before = best;
      for (int model = 0; model < models.size(); model++) {
        best = fit.improve(model, best);
      }
      if (best <= before + LEAST_GAIN) {
        break;
      }
    }
    return fit.result();
  }

  private double startFromTheBestModel() {
    int bestModel = 0;
    double best = Double.NEGATIVE_INFINITY;
    for (int model = 0; model < models.size(); model++) {
      double reached = gains(model, floors[model])[ALONE];
      if (reached > best) {
        best = reached;
        bestModel = model;
      }
    }
    weights[bestModel] = WEIGHTS[ALONE];
    return best;
  }

  /** Sets a model's weight and floor to the best there are, the others staying as they are. */
  private double improve(int model, double best) {
    double reached = best;
    double bestWeight = weights[model];
    double bestFloor = floors[model];
    boolean floored = models.get(model).scale() == Scale.SHARE;
    for (double floor : floored ? FLOORS : new double[] {floors[model]}) {
      double[] gains = gains(model, floor);
      for (int w = 0; w < WEIGHTS.length; w++) {
        if (gains[w] > reached + LEAST_GAIN) {
          reached = gains[w];
          bestWeight = WEIGHTS[w];
          bestFloor = floor;
        }
      }
    }
    weights[model] = bestWeight;
    floors[model] = bestFloor;
    return reached;
  }

  /** NDCG@K for each of a model's possible weights, the other models staying as they are. */
  private double[] gains(int model, double floor) {
    double[][] ofCases =
        cases.parallelStream()
            .map(blendCase -> gains(blendCase, model, floor))
            .toArray(double[][]::new);
    double[] means = new double[WEIGHTS.length];
    for (double[] ofCase : ofCases) {
      for (int w = 0; w < WEIGHTS.length; w++) {
        means[w] += ofCase[w] / cases.size();
      }
    }
    return means;
  }

  private double[] gains(BlendCase blendCase, int model, double floor) {
    float[] others = new float[blendCase.scores()[0].length];
    for (int m = 0; m < weights.length; m++) {
      if (m != model && weights[m] > 0) {
        float[] pooled = pooled(blendCase, m, floors[m]);
        for (int c = 0; c < others.length; c++) {
          others[c] += (float) weights[m] * pooled[c];
        }
      }
    }
    float[] pooled = pooled(blendCase, model, floor);
    double[] gains = new double[WEIGHTS.length];
    for (int w = 0; w < WEIGHTS.length; w++) {
      float weight = (float) WEIGHTS[w];
      float target = others[0] + weight * pooled[0];
      int rank = 0;
      for (int c = 0; c < others.length; c++) {
        rank += others[c] + weight * pooled[c] >= target ? 1 : 0;
      }
      gains[w] = rank <= k ? Math.log(2) / Math.log(rank + 1.0) : 0;
    }
    return gains;
  }

  private float[] pooled(BlendCase blendCase, int model, double floor) {
    float[] scores = blendCase.scores()[model];
    float[] pooled = new float[scores.length];
    for (int c = 0; c < scores.length; c++) {
      pooled[c] = BlendRanker.pooled(models.get(model).scale(), scores[c], 1, floor);
    }
    return pooled;
  }

  private BlendWeights result() {
    List<BlendWeights.Part> parts = new ArrayList<>();
    for (int m = 0; m < weights.length; m++) {
      if (weights[m] > 0) {
        parts.add(new BlendWeights.Part(models.get(m).name(), weights[m], floors[m]));
      }
    }
    return new BlendWeights(parts);
  }
}
