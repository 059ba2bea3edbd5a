package io.nightjar.evaluation;

import io.nightjar.network.Blas;
import io.nightjar.network.FloatMatrix;
import io.nightjar.network.NetworkParameters;
import io.nightjar.network.SequenceEncoder;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * The trained network. An item's score is its logit, {@code state . row + bias}: the order of the
 * softmax's probabilities without its sums.
 */
public final class LstmRanker implements Ranker {
  private static final long serialVersionUID = 1L;

  private final SequenceEncoder encoder;

  public LstmRanker(MultiLayerNetwork network) {
    this(new SequenceEncoder(NetworkParameters.from(network, false)));
  }

  public LstmRanker(SequenceEncoder encoder) {
    this.encoder = encoder;
  }

  @Override
  public String name() {
    return "lstm";
  }

  @Override
  public Scorer open() {
    return new LstmScorer(encoder);
  }

  /** Holds the item matrix outside the heap, and the states of the prepared prefixes. */
  private static final class LstmScorer implements Scorer {
    private final int hidden;
    private final float[] bias;
    private final SequenceEncoder.Workspace workspace;
    private final FloatMatrix items;
    private final FloatMatrix states = new FloatMatrix(1);
    private final FloatMatrix products = new FloatMatrix(1);
    private int prefixes;

    LstmScorer(SequenceEncoder encoder) {
      this.hidden = encoder.hidden();
      this.bias = encoder.outputBias();
      this.workspace = encoder.workspace();
      this.items = FloatMatrix.copyOf(encoder.outputRows());
    }

    @Override
    public void prepare(Prefixes batch) {
      prefixes = batch.count();
      states.ensureCapacity(prefixes * hidden);
      float[] everyState = workspace.everyState(batch.sequences());
      int[] starts = new int[batch.sequences().length + 1];
      for (int s = 0; s < batch.sequences().length; s++) {
        starts[s + 1] = starts[s] + batch.sequences()[s].length;
      }
      for (int prefix = 0; prefix < prefixes; prefix++) {
        int position = starts[batch.sequence()[prefix]] + batch.lengths()[prefix] - 1;
        states.write(prefix * hidden, everyState, position * hidden, hidden);
      }
    }

    @Override
    public void score(int fromItem, int toItem, float[] scores) {
      int width = toItem - fromItem;
      products.ensureCapacity(prefixes * width);
      Blas.multiplyTransposed(
          prefixes, width, hidden, states, 0, items, fromItem * hidden, 0, products, 0);
      products.read(0, scores, 0, prefixes * width);
      for (int prefix = 0; prefix < prefixes; prefix++) {
        int row = prefix * width;
        for (int i = 0; i < width; i++) {
          scores[row + i] += bias[fromItem + i];
        }
      }
    }

    @Override
    public void close() {
      workspace.close();
      items.close();
      states.close();
      products.close();
    }
  }
}
