package io.nightjar.evaluation;

/** Least squares: symmetric matrices, full storage, row-major; only the lower half is used. */
final class NormalEquations {
  /** Keeps a factor that no data speaks about at zero. */
  private static final double SMALLEST_PIVOT = 1e-12;

  private NormalEquations() {}

  /**
   * {@code matrix += weight v vᵀ}, with v the {@code n} numbers of {@code rows} from {@code at}.
   */
  static void addOuterProduct(double[] matrix, float[] rows, int at, int n, double weight) {
    for (int i = 0; i < n; i++) {
      double left = weight * rows[at + i];
      for (int j = 0; j <= i; j++) {
        matrix[i * n + j] += left * rows[at + j];
      }
    }
  }

  /**
   * Solves {@code matrix x = right} by Cholesky's decomposition. Both are overwritten.
   *
   * @param matrix positive definite
   * @return x
   */
  static double[] solve(double[] matrix, double[] right) {
    int n = right.length;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = matrix[i * n + j];
        for (int k = 0; k < j; k++) {
          sum -= matrix[i * n + k] * matrix[j * n + k];
        }
        matrix[i * n + j] =
            i == j ? Math.sqrt(Math.max(sum, SMALLEST_PIVOT)) : sum / matrix[j * n + j];
      }
    }
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < i; k++) {
        right[i] -= matrix[i * n + k] * right[k];
      }
      right[i] /= matrix[i * n + i];
    }
    for (int i = n - 1; i >= 0; i--) {
      for (int k = i + 1; k < n; k++) {
        right[i] -= matrix[k * n + i] * right[k];
      }
      right[i] /= matrix[i * n + i];
    }
    return right;
  }
}
