package io.nightjar.network;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * All parameters of a {@link StockNetwork} as row-major arrays on the heap.
 *
 * @param shape sizes of the network
 * @param inputRows item vectors that the network reads, {@code [vocabularySize][embedding]}
 * @param outputRows item vectors that the network's state is scored against, {@code
 *     [vocabularySize][hidden]}; the same array as {@code inputRows} where weights are tied
 * @param outputBias one number per item, {@code [vocabularySize]}; that of the padding row keeps
 *     padding from ever being likely
 * @param lstm the LSTM layers, from the input up
 */
public record NetworkParameters(
    NetworkShape shape,
    float[] inputRows,
    float[] outputRows,
    float[] outputBias,
    List<LstmWeights> lstm)
    implements Serializable {

  /** Output bias of the padding row: its softmax probability is zero in float. */
  public static final float PADDING_BIAS = -1000f;

  /** Sequence models want a forget gate that starts open (Jozefowicz et al. 2015). */
  private static final float FORGET_BIAS = 1f;

  private static final int GATES = 4;

  /**
   * Random weights: every matrix uniform in ± sqrt(6 / (rows + columns)) (Glorot and Bengio 2010),
   * an LSTM matrix gate by gate, an item table as if it had as many rows as columns, since one row
   * at a time is at work.
   */
  public static NetworkParameters initial(NetworkShape shape, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] input = itemRows(shape.vocabularySize(), shape.embedding(), random.split());
    float[] output =
        shape.tiedWeights()
            ? input
            : itemRows(shape.vocabularySize(), shape.hidden(), random.split());
    List<LstmWeights> lstm = new ArrayList<>();
    for (int i = 0; i < shape.layers(); i++) {
      lstm.add(initialLstm(shape.inputOfLayer(i), shape.hidden(), random.split()));
    }
    float[] bias = new float[shape.vocabularySize()];
    bias[0] = PADDING_BIAS;
    return new NetworkParameters(shape, input, output, bias, List.copyOf(lstm));
  }

  /**
   * Copies the parameters out of a stock network.
   *
   * @param tiedWeights whether to let input and output share the rows; the output's are taken
   */
  public static NetworkParameters from(MultiLayerNetwork network, boolean tiedWeights) {
    NetworkShape untied = StockNetwork.shapeOf(network);
    NetworkShape shape =
        new NetworkShape(
            untied.vocabularySize(),
            untied.embedding(),
            untied.hidden(),
            untied.layers(),
            tiedWeights);
    FlatParameters flat = new FlatParameters(network);
    float[] input = new float[tiedWeights ? 0 : shape.vocabularySize() * shape.embedding()];
    if (tiedWeights) {
      flat.skip((long) shape.vocabularySize() * shape.embedding());
    } else {
      flat.readColumns(input, shape.vocabularySize(), shape.embedding());
    }
    List<LstmWeights> lstm = new ArrayList<>();
    for (int i = 0; i < shape.layers(); i++) {
      LstmWeights layer = LstmWeights.zeros(shape.inputOfLayer(i), shape.hidden());
      flat.readColumns(layer.input(), layer.inputSize(), GATES * shape.hidden());
      flat.readColumns(layer.recurrent(), shape.hidden(), GATES * shape.hidden());
      flat.read(layer.bias());
      lstm.add(layer);
    }
    float[] output = new float[shape.vocabularySize() * shape.hidden()];
    flat.read(output);
    float[] bias = new float[shape.vocabularySize()];
    flat.read(bias);
    return new NetworkParameters(
        shape, tiedWeights ? output : input, output, bias, List.copyOf(lstm));
  }

  /** Copies the parameters into a stock network of the same sizes. */
  public void writeTo(MultiLayerNetwork network) {
    NetworkShape other = StockNetwork.shapeOf(network);
    if (other.vocabularySize() != shape.vocabularySize()
        || other.embedding() != shape.embedding()
        || other.hidden() != shape.hidden()
        || other.layers() != shape.layers()) {
      throw new IllegalArgumentException(
          "parameters of " + shape + " do not fit into a network of " + other);
    }
    FlatParameters flat = new FlatParameters(network);
    flat.writeColumns(inputRows, shape.vocabularySize(), shape.embedding());
    for (LstmWeights layer : lstm) {
      flat.writeColumns(layer.input(), layer.inputSize(), GATES * shape.hidden());
      flat.writeColumns(layer.recurrent(), shape.hidden(), GATES * shape.hidden());
      flat.write(layer.bias());
    }
    flat.write(outputRows);
    flat.write(outputBias);
  }

  /** Arrays of their own with the same numbers. */
  public NetworkParameters copy() {
    float[] input = inputRows.clone();
    return new NetworkParameters(
        shape,
        input,
        shape.tiedWeights() ? input : outputRows.clone(),
        outputBias.clone(),
        lstm.stream().map(LstmWeights::copy).toList());
  }

  /** Whether every number is finite. */
  public boolean isFinite() {
    boolean finite = isFinite(inputRows) && isFinite(outputBias);
    finite &= shape.tiedWeights() || isFinite(outputRows);
    for (LstmWeights layer : lstm) {
      for (float[] array : layer.arrays()) {
        finite &= isFinite(array);
      }
    }
    return finite;
  }

  /** Whether every number of an array is finite. */
  public static boolean isFinite(float[] values) {
    float zero = 0;
    for (float value : values) {
      zero += value * 0f;
    }
    return zero == 0f;
  }

  private static float[] itemRows(int rows, int columns, SplittableRandom random) {
    float[] table = new float[rows * columns];
    fill(table, columns, table.length, columns, columns, random);
    return table;
  }

  private static LstmWeights initialLstm(int inputSize, int hidden, SplittableRandom random) {
    LstmWeights weights = LstmWeights.zeros(inputSize, hidden);
    fill(weights.input(), 0, weights.input().length, inputSize, hidden, random);
    fill(weights.recurrent(), 0, weights.recurrent().length, hidden, hidden, random);
    for (int i = hidden; i < 2 * hidden; i++) {
      weights.bias()[i] = FORGET_BIAS;
    }
    return weights;
  }

  private static void fill(
      float[] array, int from, int to, int rows, int columns, SplittableRandom random) {
    float bound = (float) Math.sqrt(6.0 / (rows + columns));
    for (int i = from; i < to; i++) {
      array[i] = (2 * (float) random.nextDouble() - 1) * bound;
    }
  }

  /** Walks along DL4J's flat parameter vector, in which matrices lie column by column. */
  private static final class FlatParameters {

    /** Numbers of a strip that is transposed at a time: stays in the second-level cache. */
    private static final int STRIP = 1 << 16;

    private final FloatPointer flat;
    private final float[] column;
    private long position;

    FlatParameters(MultiLayerNetwork network) {
      flat = new FloatPointer(network.params().data().addressPointer());
      column = new float[STRIP];
    }

    void skip(long count) {
      position += count;
    }

    void read(float[] target) {
      flat.position(position).get(target);
      position += target.length;
    }

    void write(float[] source) {
      flat.position(position).put(source);
      position += source.length;
    }

    void readColumns(float[] rowMajor, int rows, int columns) {
      for (int top = 0; top < rows; top += STRIP) {
        int height = Math.min(STRIP, rows - top);
        for (int c = 0; c < columns; c++) {
          flat.position(position + (long) c * rows + top).get(column, 0, height);
          for (int r = 0; r < height; r++) {
            rowMajor[(top + r) * columns + c] = column[r];
          }
        }
      }
      position += (long) rows * columns;
    }

    void writeColumns(float[] rowMajor, int rows, int columns) {
      for (int top = 0; top < rows; top += STRIP) {
        int height = Math.min(STRIP, rows - top);
        for (int c = 0; c < columns; c++) {
          for (int r = 0; r < height; r++) {
            column[r] = rowMajor[(top + r) * columns + c];
          }
          flat.position(position + (long) c * rows + top).put(column, 0, height);
        }
      }
      position += (long) rows * columns;
    }
  }
}
