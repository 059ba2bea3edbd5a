package io.nightjar.recommend;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Chooses a list by maximal marginal relevance (Carbonell and Goldstein, The use of MMR, SIGIR
 * 1998): always the item next whose {@code lambda x score - (1 - lambda) x} largest cosine to an
 * item chosen before is largest. Scores are scaled to 0..1 within the pool, so that lambda means
 * the same for every model.
 */
final class Diversity implements Serializable {
  private static final long serialVersionUID = 1L;

  private final double lambda;
  private final float[] units;
  private final int dimensions;

  /**
   * @param lambda in (0, 1]
   * @param units item vectors of length 1, {@code [vocabularySize][dimensions]}, row-major
   */
  Diversity(double lambda, float[] units, int dimensions) {
    this.lambda = lambda;
    this.units = units;
    this.dimensions = dimensions;
  }

  /**
   * The list, in the order of choice.
   *
   * @param pool what is chosen from, best first; of equals the better one is chosen
   * @param k items to choose at most
   */
  List<UserList.Entry> choose(List<UserList.Entry> pool, int k) {
    int wanted = Math.min(k, pool.size());
    List<UserList.Entry> chosen = new ArrayList<>(wanted);
    boolean[] isChosen = new boolean[pool.size()];
    double[] nearest = new double[pool.size()];
    Arrays.fill(nearest, -1);
    while (chosen.size() < wanted) {
      int next = -1;
      double highest = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < pool.size(); i++) {
        double penalty = chosen.isEmpty() ? 0 : (1 - lambda) * nearest[i];
        double marginal = lambda * relevance(pool, i) - penalty;
        if (!isChosen[i] && marginal > highest) {
          highest = marginal;
          next = i;
        }
      }
      isChosen[next] = true;
      chosen.add(pool.get(next));
      for (int i = 0; i < pool.size(); i++) {
        nearest[i] = Math.max(nearest[i], cosine(pool.get(i).item(), pool.get(next).item()));
      }
    }
    return chosen;
  }

  private static double relevance(List<UserList.Entry> pool, int i) {
    double highest = pool.get(0).score();
    double lowest = pool.get(pool.size() - 1).score();
    return highest == lowest ? 1 : (pool.get(i).score() - lowest) / (highest - lowest);
  }

  private double cosine(int item, int other) {
    float product = 0;
    for (int d = 0; d < dimensions; d++) {
      product += units[item * dimensions + d] * units[other * dimensions + d];
    }
    return product;
  }
}
