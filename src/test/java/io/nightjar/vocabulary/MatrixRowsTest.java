package io.nightjar.vocabulary;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class MatrixRowsTest {

  @Test
  void rowsAreTheSameInEveryOrderAndOfViews() {
    INDArray matrix = Nd4j.createFromArray(new float[][] {{1, 2, 3}, {4, 5, 6}});

    assertThat(MatrixRows.of(matrix)).isDeepEqualTo(new float[][] {{1, 2, 3}, {4, 5, 6}});
    assertThat(MatrixRows.of(matrix.dup('f'))).isDeepEqualTo(new float[][] {{1, 2, 3}, {4, 5, 6}});
    assertThat(MatrixRows.of(matrix.transpose()))
        .isDeepEqualTo(new float[][] {{1, 4}, {2, 5}, {3, 6}});
    assertThat(MatrixRows.of(matrix.get(NDArrayIndex.all(), NDArrayIndex.interval(1, 3))))
        .isDeepEqualTo(new float[][] {{2, 3}, {5, 6}});
  }
}
