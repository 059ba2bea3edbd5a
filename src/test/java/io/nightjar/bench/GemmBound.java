package io.nightjar.bench;

import io.nightjar.network.Blas;
import io.nightjar.network.FloatMatrix;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * How fast a training step could be if it consisted of its matrix products and nothing else: sgemm
 * at the step's own shapes, on as many threads as there are workers.
 *
 * @param batch sequences in a mini-batch
 * @param length time steps of each
 * @param hidden units, and length of an item vector
 * @param negatives candidates per mini-batch
 */
record GemmBound(int batch, int length, int hidden, int negatives) {

  private static final int BLOCK_SCORES = 1 << 18;

  /** Floating-point operations of the products of one position, forward and backward. */
  double flopsPerEvent() {
    double projections = 2.0 * hidden * 4 * hidden;
    double scores = 2.0 * hidden * negatives;
    return 3 * (2 * projections) + 3 * scores;
  }

  /** Positions per second of all threads together. */
  double eventsPerSecond(int threads, double seconds) {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Double>> rates = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        rates.add(pool.submit(() -> measure(seconds)));
      }
      double sum = 0;
      for (Future<Double> rate : rates) {
        sum += rate.get();
      }
      return sum;
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    } finally {
      pool.shutdown();
    }
  }

  private double measure(double seconds) {
    int positions = batch * length;
    int gates = 4 * hidden;
    int block = Math.max(8, BLOCK_SCORES / negatives);
    try (FloatMatrix states = new FloatMatrix(positions * gates);
        FloatMatrix weights = new FloatMatrix(Math.max(negatives, gates) * hidden);
        FloatMatrix products = new FloatMatrix(Math.max(positions * gates, block * negatives));
        FloatMatrix gradient = new FloatMatrix(Math.max(negatives, gates) * gates)) {
      run(states, weights, products, gradient, block);
      long start = System.nanoTime();
      long rounds = 0;
      while ((System.nanoTime() - start) / 1e9 < seconds) {
        run(states, weights, products, gradient, block);
        rounds++;
      }
      return rounds * positions / ((System.nanoTime() - start) / 1e9);
    }
  }

  private void run(
      FloatMatrix states,
      FloatMatrix weights,
      FloatMatrix products,
      FloatMatrix gradient,
      int block) {
    int positions = batch * length;
    int gates = 4 * hidden;
    Blas.multiply(positions, gates, hidden, states, 0, weights, 0, 0f, products, 0);
    for (int t = 0; t < length; t++) {
      Blas.multiply(batch, gates, hidden, states, 0, weights, 0, 1f, products, 0);
      Blas.multiplyTransposed(batch, hidden, gates, products, 0, weights, 0, 0f, states, 0);
    }
    for (int from = 0; from < positions; from += block) {
      int rows = Math.min(block, positions - from);
      Blas.multiplyTransposed(rows, negatives, hidden, states, 0, weights, 0, 0f, products, 0);
      Blas.multiply(rows, hidden, negatives, products, 0, weights, 0, 0f, states, 0);
      Blas.transposedMultiply(negatives, hidden, rows, products, 0, states, 0, 1f, gradient, 0);
    }
    Blas.transposedMultiply(hidden, gates, positions, states, 0, products, 0, 0f, gradient, 0);
    Blas.transposedMultiply(hidden, gates, positions, states, 0, products, 0, 0f, gradient, 0);
    Blas.multiplyTransposed(positions, hidden, gates, products, 0, weights, 0, 0f, states, 0);
  }
}
