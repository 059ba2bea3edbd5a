package io.nightjar.vocabulary;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A matrix of ND4J as rows on the heap. Its own {@code toFloatMatrix} makes an array outside the
 * heap of every row, which takes ten times as long and keeps the collector busy after that.
 */
public final class MatrixRows {

  private MatrixRows() {}

  /** A copy, {@code [rows][columns]}, of a matrix in any order of its elements. */
  public static float[][] of(INDArray matrix) {
    float[] flat = matrix.dup('c').data().asFloat();
    int columns = matrix.columns();
    float[][] rows = new float[matrix.rows()][];
    for (int row = 0; row < rows.length; row++) {
      rows[row] = Arrays.copyOfRange(flat, row * columns, (row + 1) * columns);
    }
    return rows;
  }
}
