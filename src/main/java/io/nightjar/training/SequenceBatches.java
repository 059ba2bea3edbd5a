package io.nightjar.training;

import io.nightjar.network.NetworkShape;
import io.nightjar.vocabulary.MatrixRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Sequences as DL4J data sets, so that dl4j-spark carries them: one-hot labels of a million items
 * are out of the question, indices are not.
 *
 * <p>For sequences {@code x_0 .. x_L}, padded to the longest: features {@code [batch][time]} hold
 * {@code x_0 .. x_(L-1)}, labels {@code [batch][time]} hold {@code x_1 .. x_L}, the features mask
 * says which steps are there, the labels mask which of them are trained on. A float holds every
 * index below {@value NetworkShape#MAX_VOCABULARY_SIZE} exactly.
 */
public final class SequenceBatches {

  private static final int SEQUENCES_PER_DATA_SET = 256;

  private SequenceBatches() {}

  /**
   * Encodes sequences.
   *
   * @param sequences item indices, oldest first, at least two each
   * @param firstTargets index in each sequence of the first item to learn to predict, at least 1
   * @throws IllegalArgumentException if an index is not in 1 .. 2^24 - 1, or a sequence has nothing
   *     to predict
   */
  public static DataSet encode(List<int[]> sequences, int[] firstTargets) {
    int longest = sequences.stream().mapToInt(s -> s.length - 1).max().orElse(0);
    float[][] features = new float[sequences.size()][longest];
    float[][] labels = new float[sequences.size()][longest];
    float[][] featuresMask = new float[sequences.size()][longest];
    float[][] labelsMask = new float[sequences.size()][longest];
    for (int row = 0; row < sequences.size(); row++) {
      int[] sequence = sequences.get(row);
      check(sequence, firstTargets[row]);
      for (int t = 0; t + 1 < sequence.length; t++) {
        features[row][t] = sequence[t];
        labels[row][t] = sequence[t + 1];
        featuresMask[row][t] = 1;
        labelsMask[row][t] = t + 1 >= firstTargets[row] ? 1 : 0;
      }
    }
    return new DataSet(
        Nd4j.createFromArray(features),
        Nd4j.createFromArray(labels),
        Nd4j.createFromArray(featuresMask),
        Nd4j.createFromArray(labelsMask));
  }

  /**
   * Encodes whole sequences, a number of them per data set, all items but each first one to be
   * learned.
   */
  public static Iterator<DataSet> encodeAll(Iterator<int[]> sequences) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return sequences.hasNext();
      }

      @Override
      public DataSet next() {
        List<int[]> batch = new ArrayList<>();
        while (sequences.hasNext() && batch.size() < SEQUENCES_PER_DATA_SET) {
          batch.add(sequences.next());
        }
        int[] firstTargets = new int[batch.size()];
        Arrays.fill(firstTargets, 1);
        return encode(batch, firstTargets);
      }
    };
  }

  /** Encodes blocks of sequences, a number of sequences per data set. */
  public static Iterator<DataSet> encodeBlocks(Iterator<SequenceBlock> blocks) {
    List<DataSet> encoded = new ArrayList<>();
    while (blocks.hasNext()) {
      SequenceBlock block = blocks.next();
      for (int from = 0; from < block.size(); from += SEQUENCES_PER_DATA_SET) {
        int to = Math.min(block.size(), from + SEQUENCES_PER_DATA_SET);
        encoded.add(
            encode(
                IntStream.range(from, to).mapToObj(block::sequence).toList(),
                IntStream.range(from, to).map(block::firstTarget).toArray()));
      }
    }
    return encoded.iterator();
  }

  /** Appends the sequences of a data set that {@link #encode} made. */
  static void decode(DataSet batch, SequenceBlock target) {
    float[][] features = matrix(batch.getFeatures());
    float[][] labels = matrix(batch.getLabels());
    float[][] featuresMask = matrix(batch.getFeaturesMaskArray());
    float[][] labelsMask = matrix(batch.getLabelsMaskArray());
    for (int row = 0; row < features.length; row++) {
      int steps = 0;
      while (steps < features[row].length && featuresMask[row][steps] != 0) {
        steps++;
      }
      int first = 0;
      while (first < steps && labelsMask[row][first] == 0) {
        first++;
      }
      int[] sequence = new int[steps + 1];
      for (int t = 0; t < steps; t++) {
        sequence[t] = (int) features[row][t];
      }
      sequence[steps] = (int) labels[row][steps - 1];
      target.add(sequence, first + 1);
    }
  }

  private static float[][] matrix(INDArray array) {
    if (array == null || array.rank() != 2) {
      throw new IllegalArgumentException(
          "sparse-averaging trains on data sets of SequenceBatches.encode: item indices [batch][time]"
              + " with both masks");
    }
    return MatrixRows.of(array);
  }

  private static void check(int[] sequence, int firstTarget) {
    if (sequence.length < 2 || firstTarget < 1 || firstTarget >= sequence.length) {
      throw new IllegalArgumentException(
          "a sequence of %d items has no item number %d to learn to predict"
              .formatted(sequence.length, firstTarget));
    }
    for (int item : sequence) {
      if (item < 1 || item >= NetworkShape.MAX_VOCABULARY_SIZE) {
        throw new IllegalArgumentException(
            "item index is %d; a batch holds indices from 1 to %d"
                .formatted(item, NetworkShape.MAX_VOCABULARY_SIZE - 1));
      }
    }
  }
}
