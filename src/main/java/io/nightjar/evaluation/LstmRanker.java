package io.nightjar.evaluation;

import io.nightjar.network.NetworkParameters;
import io.nightjar.network.SequenceEncoder;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * The trained network. An item's score is its logit, {@code state . row + bias}: the logarithm of
 * the softmax's probability, but for a constant.
 */
public final class LstmRanker implements Ranker {
  private static final long serialVersionUID = 1L;

  /** What the network is called. */
  public static final String NAME = "lstm";

  private final SequenceEncoder encoder;
  private final SharedRows items;

  public LstmRanker(MultiLayerNetwork network) {
    this(new SequenceEncoder(NetworkParameters.from(network, false)));
  }

  public LstmRanker(SequenceEncoder encoder) {
    this.encoder = encoder;
    this.items = new SharedRows(encoder.outputRows());
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Scorer open() {
    return new LstmScorer(encoder, items);
  }

  private static final class LstmScorer extends DotProductScorer {
    private final int hidden;
    private final SequenceEncoder.Workspace workspace;

    LstmScorer(SequenceEncoder encoder, SharedRows items) {
      super(items, encoder.outputBias(), encoder.hidden());
      this.hidden = encoder.hidden();
      this.workspace = encoder.workspace();
    }

    @Override
    float[] states(Prefixes batch) {
      if (batch.states() != null) {
        return batch.states();
      }
      if (batch.isWhole()) {
        return workspace.lastStates(batch.sequences());
      }
      float[] everyState = workspace.everyState(batch.sequences());
      int[] starts = new int[batch.sequences().length + 1];
      for (int s = 0; s < batch.sequences().length; s++) {
        starts[s + 1] = starts[s] + batch.sequences()[s].length;
      }
      float[] states = new float[batch.count() * hidden];
      for (int prefix = 0; prefix < batch.count(); prefix++) {
        int position = starts[batch.sequence()[prefix]] + batch.lengths()[prefix] - 1;
        System.arraycopy(everyState, position * hidden, states, prefix * hidden, hidden);
      }
      return states;
    }

    @Override
    public void close() {
      super.close();
      workspace.close();
    }
  }
}
