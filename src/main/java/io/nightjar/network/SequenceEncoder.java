package io.nightjar.network;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;

/**
 * Turns sequences of items into the network's hidden states; the score of item {@code i} is then
 * {@code state . outputRow(i) + outputBias[i]}.
 *
 * <p>Immutable and safe to broadcast. Each thread opens a {@link Workspace} of its own.
 */
public final class SequenceEncoder implements Serializable {

  private static final long serialVersionUID = 1L;

  /**
   * Positions that are encoded at a time: enough for long matrix products, few enough to stay in
   * the cache.
   */
  private static final int BLOCK_POSITIONS = 2048;

  private final NetworkParameters parameters;

  public SequenceEncoder(NetworkParameters parameters) {
    this.parameters = parameters;
  }

  /** Length of a state. */
  public int hidden() {
    return parameters.shape().hidden();
  }

  /** Numbers that say where a sequence stands: an output and a cell per hidden unit and layer. */
  public int stateLength() {
    return 2 * parameters.shape().layers() * parameters.shape().hidden();
  }

  /**
   * Of where a sequence stands, what items are scored by.
   *
   * @param state as {@link Workspace#advance} leaves it
   * @return the last layer's output, {@code [hidden]}
   */
  public float[] output(float[] state) {
    int hidden = parameters.shape().hidden();
    int from = 2 * (parameters.shape().layers() - 1) * hidden;
    return Arrays.copyOfRange(state, from, from + hidden);
  }

  /** Rows of the output table, padding row 0 included. */
  public int vocabularySize() {
    return parameters.shape().vocabularySize();
  }

  /**
   * Output item vectors, {@code [vocabularySize][hidden]}, not to be modified. Row 0 is padding.
   */
  public float[] outputRows() {
    return parameters.outputRows();
  }

  /** Output biases, {@code [vocabularySize]}, not to be modified. */
  public float[] outputBias() {
    return parameters.outputBias();
  }

  /** Memory for one thread to encode with; the caller closes it. */
  public Workspace workspace() {
    return new Workspace(parameters);
  }

  /** Encodes on one thread at a time. */
  public static final class Workspace implements AutoCloseable {

    private final NetworkParameters parameters;
    private final LstmStack stack;
    private final PackedBatch batch = new PackedBatch();

    private Workspace(NetworkParameters parameters) {
      this.parameters = parameters;
      this.stack = new LstmStack(parameters.shape());
      stack.load(parameters.lstm());
    }

    /**
     * The state after the last item of each sequence.
     *
     * @param sequences item indices in 1 .. vocabularySize - 1, oldest first
     * @return {@code [sequences][hidden]}; zeros for an empty sequence
     */
    public float[] lastStates(int[][] sequences) {
      int hidden = parameters.shape().hidden();
      float[] states = new float[sequences.length * hidden];
      encode(
          sequences,
          (sequence, step, outputs, from) -> {
            if (step == sequences[sequence].length - 1) {
              System.arraycopy(outputs, from, states, sequence * hidden, hidden);
            }
          });
      return states;
    }

    /**
     * The state after every item of each sequence.
     *
     * @param sequences as for {@link #lastStates}
     * @return {@code [items of all sequences][hidden]}: the states of sequence 0 in order of time,
     *     then those of sequence 1, ...
     */
    public float[] everyState(int[][] sequences) {
      int hidden = parameters.shape().hidden();
      int[] starts = new int[sequences.length + 1];
      for (int i = 0; i < sequences.length; i++) {
        starts[i + 1] = starts[i] + sequences[i].length;
      }
      float[] states = new float[Math.multiplyExact(starts[sequences.length], hidden)];
      encode(
          sequences,
          (sequence, step, outputs, from) ->
              System.arraycopy(outputs, from, states, (starts[sequence] + step) * hidden, hidden));
      return states;
    }

    /**
     * Goes on with sequences from where they stand.
     *
     * @param states {@code [sequences][stateLength]}: for each layer its output, then its cells;
     *     all zero where a sequence starts. Changed to where the sequences stand then.
     * @param items the items that come next in each sequence, oldest first; may be none
     */
    public void advance(float[][] states, int[][] items) {
      pack(
          items,
          (order, from, count) -> {
            float[][] ofBlock = new float[count][];
            Arrays.setAll(ofBlock, i -> states[order[from + i]]);
            stack.advance(batch, parameters.inputRows(), ofBlock);
          });
    }

    private void encode(int[][] sequences, StateConsumer consumer) {
      int hidden = parameters.shape().hidden();
      pack(
          sequences,
          (order, from, count) -> {
            float[] outputs = stack.encode(batch, parameters.inputRows());
            for (int t = 0; t < batch.steps(); t++) {
              for (int row = 0; row < batch.active(t); row++) {
                int sequence = order[from + batch.sequence(row)];
                consumer.accept(sequence, t, outputs, (batch.offset(t) + row) * hidden);
              }
            }
          });
    }

    /** Sequences of like length go together, so that products stay large to the last step. */
    private void pack(int[][] sequences, PackedConsumer consumer) {
      int[][] longestFirst = sequences.clone();
      Integer[] order = new Integer[sequences.length];
      Arrays.setAll(order, i -> i);
      Arrays.sort(order, Comparator.comparing(i -> -sequences[i].length));
      Arrays.setAll(longestFirst, i -> sequences[order[i]]);
      int from = 0;
      while (from < sequences.length && longestFirst[from].length > 0) {
        int to = Math.min(sequences.length, from + blockSize(longestFirst[from].length));
        int[][] block = Arrays.copyOfRange(longestFirst, from, to);
        batch.pack(block, block.length, 0, 0, Integer.MAX_VALUE);
        consumer.accept(order, from, block.length);
        from = to;
      }
    }

    private static int blockSize(int longest) {
      return Math.max(16, BLOCK_POSITIONS / longest);
    }

    @Override
    public void close() {
      stack.close();
    }
  }

  /** Is given where the sequences of the packed batch stand in the order of their lengths. */
  @FunctionalInterface
  private interface PackedConsumer {
    void accept(Integer[] order, int from, int count);
  }

  @FunctionalInterface
  private interface StateConsumer {
    void accept(int sequence, int step, float[] outputs, int from);
  }

  /** All parameters, not to be modified. */
  public NetworkParameters parameters() {
    return parameters;
  }
}
