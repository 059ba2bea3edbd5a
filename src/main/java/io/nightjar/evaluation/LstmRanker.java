package io.nightjar.evaluation;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The trained network; an item's score is its softmax probability. */
public final class LstmRanker implements Ranker {
  private static final long serialVersionUID = 1L;

  private final byte[] network;

  public LstmRanker(MultiLayerNetwork network) {
    try (ByteArrayOutputStream zip = new ByteArrayOutputStream()) {
      ModelSerializer.writeModel(network, zip, false);
      this.network = zip.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String name() {
    return "lstm";
  }

  @Override
  public Scorer open() {
    MultiLayerNetwork opened;
    try {
      opened = ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(network), false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return (items, from, to) -> {
      INDArray features =
          Nd4j.create(new int[][] {Arrays.copyOf(items, to)}).castTo(DataType.FLOAT);
      INDArray probabilities = opened.output(features);
      float[][] rows = new float[to - from + 1][];
      for (int length = from; length <= to; length++) {
        rows[length - from] = probabilities.slice(0).getColumn(length - 1L).dup().toFloatVector();
      }
      return rows;
    };
  }
}
