package io.nightjar.network;

import org.bytedeco.openblas.global.openblas;

/** Single-precision matrix products on row-major matrices, by the OpenBLAS that ND4J ships. */
public final class Blas {

  /** Up to so many rows, vector products beat a matrix product. */
  private static final int FEW_ROWS = 4;

  static {
    // Spark is the parallelism: threads below a task only fight over the cores.
    openblas.blas_set_num_threads(1);
  }

  private Blas() {}

  /**
   * {@code c[m][n] = a[m][k] b[k][n] + beta c}.
   *
   * @param beta 0 to overwrite c, 1 to add to it
   */
  public static void multiply(
      int m,
      int n,
      int k,
      FloatMatrix a,
      int aAt,
      FloatMatrix b,
      int bAt,
      float beta,
      FloatMatrix c,
      int cAt) {
    sgemm(
        openblas.CblasNoTrans, openblas.CblasNoTrans, m, n, k, a, aAt, k, b, bAt, n, beta, c, cAt);
  }

  /** {@code c[m][n] = a[m][k] b[n][k]ᵀ + beta c}. */
  public static void multiplyTransposed(
      int m,
      int n,
      int k,
      FloatMatrix a,
      int aAt,
      FloatMatrix b,
      int bAt,
      float beta,
      FloatMatrix c,
      int cAt) {
    sgemm(openblas.CblasNoTrans, openblas.CblasTrans, m, n, k, a, aAt, k, b, bAt, k, beta, c, cAt);
  }

  /** {@code c[m][n] = a[k][m]ᵀ b[k][n] + beta c}. */
  public static void transposedMultiply(
      int m,
      int n,
      int k,
      FloatMatrix a,
      int aAt,
      FloatMatrix b,
      int bAt,
      float beta,
      FloatMatrix c,
      int cAt) {
    sgemm(openblas.CblasTrans, openblas.CblasNoTrans, m, n, k, a, aAt, m, b, bAt, n, beta, c, cAt);
  }

  /** {@code y[columns] = a[rows][columns]ᵀ x[rows] + beta y}. */
  public static void columnSums(
      int rows,
      int columns,
      FloatMatrix a,
      int aAt,
      FloatMatrix x,
      float beta,
      FloatMatrix y,
      int yAt) {
    openblas.cblas_sgemv(
        openblas.CblasRowMajor,
        openblas.CblasTrans,
        rows,
        columns,
        1f,
        a.at(aAt),
        columns,
        x.at(0),
        1,
        beta,
        y.at(yAt),
        1);
  }

  /**
   * {@code c[m][n] += a[m][k] b[k][n]}, a being columns of a wider matrix. For a few rows of a, a
   * matrix product would spend its time on copying all of b into its own order; vector products
   * read it where it is.
   *
   * @param aWidth from one row of a to the next
   */
  static void accumulateColumns(
      int m,
      int n,
      int k,
      FloatMatrix a,
      int aAt,
      int aWidth,
      FloatMatrix b,
      FloatMatrix c,
      int cAt) {
    if (m > FEW_ROWS) {
      int asItIs = openblas.CblasNoTrans;
      sgemm(asItIs, asItIs, m, n, k, a, aAt, aWidth, b, 0, n, 1f, c, cAt);
      return;
    }
    for (int row = 0; row < m; row++) {
      openblas.cblas_sgemv(
          openblas.CblasRowMajor,
          openblas.CblasTrans,
          k,
          n,
          1f,
          b.at(0),
          n,
          a.at(aAt + row * aWidth),
          1,
          1f,
          c.at(cAt + row * n),
          1);
    }
  }

  private static void sgemm(
      int transposeA,
      int transposeB,
      int m,
      int n,
      int k,
      FloatMatrix a,
      int aAt,
      int lda,
      FloatMatrix b,
      int bAt,
      int ldb,
      float beta,
      FloatMatrix c,
      int cAt) {
    if (m == 0 || n == 0 || k == 0) {
      return;
    }
    openblas.cblas_sgemm(
        openblas.CblasRowMajor,
        transposeA,
        transposeB,
        m,
        n,
        k,
        1f,
        a.at(aAt),
        lda,
        b.at(bAt),
        ldb,
        beta,
        c.at(cAt),
        n);
  }
}
