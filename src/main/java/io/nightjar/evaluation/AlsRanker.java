package io.nightjar.evaluation;

import static org.apache.spark.sql.functions.sum;

import io.nightjar.config.AlsConfig;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.recommendation.ALS;
import org.apache.spark.ml.recommendation.ALSModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Spark's ALS for implicit feedback (Hu, Koren, Volinsky, ICDM 2008). Spark knows factors of
 * training's users only; here a history's own factor is found as a step of ALS would find it, so
 * that new users are judged too, and the order of events does not matter:
 *
 * <pre>x = (YᵀY + sum over seen items of (c - 1) y yᵀ + reg n I)⁻¹ sum of c y,  c = 1 + alpha count
 * </pre>
 *
 * n being the number of distinct seen items, as Spark scales the regularization.
 */
public final class AlsRanker implements Ranker {
  private static final long serialVersionUID = 1L;

  private static final StructType RATINGS =
      new StructType()
          .add("user", DataTypes.IntegerType)
          .add("item", DataTypes.IntegerType)
          .add("rating", DataTypes.FloatType);

  private final FoldIn settings;
  private final float[] rows;
  private final SharedRows shared;
  private final double[] gram;

  private AlsRanker(FoldIn settings, float[] rows) {
    this.settings = settings;
    this.rows = rows;
    this.shared = new SharedRows(rows);
    this.gram = new double[settings.rank() * settings.rank()];
    for (int at = 0; at < rows.length; at += settings.rank()) {
      NormalEquations.addOuterProduct(gram, rows, at, settings.rank(), 1);
    }
  }

  /** What folding in needs. */
  private record FoldIn(int rank, double regularization, double alpha) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /** Factorizes the training part: sequences as users. */
  public static AlsRanker train(TrainingPart part, AlsConfig als, long seed) {
    SparkSession session = SparkSession.builder().sparkContext(part.spark().sc()).getOrCreate();
    JavaRDD<Row> ratings =
        part.sequences()
            .zipWithIndex()
            .flatMap(
                sequence -> {
                  List<Row> seen = new ArrayList<>();
                  int user = Math.toIntExact(sequence._2());
                  for (int item : sequence._1().items()) {
                    seen.add(RowFactory.create(user, item, 1f));
                  }
                  return seen.iterator();
                });
    Dataset<Row> counted =
        session
            .createDataFrame(ratings, RATINGS)
            .groupBy("user", "item")
            .agg(sum("rating").cast("float").as("rating"));
    Set<Integer> cachedBefore = Set.copyOf(part.spark().getPersistentRDDs().keySet());
    ALSModel model =
        new ALS()
            .setImplicitPrefs(true)
            .setRank(als.rank())
            .setMaxIter(als.iterations())
            .setRegParam(als.regularization())
            .setAlpha(als.alpha())
            .setSeed(seed)
            .fit(counted);
    float[] rows = new float[part.vocabulary().size() * als.rank()];
    for (Row factor : model.itemFactors().collectAsList()) {
      List<Float> values = factor.getList(1);
      for (int d = 0; d < als.rank(); d++) {
        rows[factor.getInt(0) * als.rank() + d] = values.get(d);
      }
    }
    // ALS leaves its factors in the cache.
    part.spark()
        .getPersistentRDDs()
        .forEach(
            (id, rdd) -> {
              if (!cachedBefore.contains(id)) {
                rdd.unpersist();
              }
            });
    return new AlsRanker(new FoldIn(als.rank(), als.regularization(), als.alpha()), rows);
  }

  @Override
  public String name() {
    return "als";
  }

  @Override
  public Scorer open() {
    int rank = settings.rank();
    return new DotProductScorer(shared, new float[rows.length / rank], rank) {
      @Override
      float[] states(Prefixes batch) {
        float[] states = new float[batch.count() * rank];
        for (int p = 0; p < batch.count(); p++) {
          int[] sequence = batch.sequences()[batch.sequence()[p]];
          double[] factor = foldIn(Arrays.copyOf(sequence, batch.lengths()[p]));
          for (int d = 0; d < rank; d++) {
            states[p * rank + d] = (float) factor[d];
          }
        }
        return states;
      }
    };
  }

  /** The factor of a history. */
  private double[] foldIn(int[] items) {
    int rank = settings.rank();
    double[] matrix = gram.clone();
    double[] right = new double[rank];
    int[] sorted = items.clone();
    Arrays.sort(sorted);
    int distinct = 0;
    for (int from = 0; from < sorted.length; ) {
      int to = from;
      while (to < sorted.length && sorted[to] == sorted[from]) {
        to++;
      }
      double surer = settings.alpha() * (to - from);
      int row = sorted[from] * rank;
      NormalEquations.addOuterProduct(matrix, rows, row, rank, surer);
      for (int d = 0; d < rank; d++) {
        right[d] += (1 + surer) * rows[row + d];
      }
      distinct++;
      from = to;
    }
    for (int d = 0; d < rank; d++) {
      matrix[d * rank + d] += settings.regularization() * distinct;
    }
    return NormalEquations.solve(matrix, right);
  }
}
