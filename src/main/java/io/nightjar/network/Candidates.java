package io.nightjar.network;

import java.util.Arrays;

/**
 * The negatives of one mini-batch, each of them once: drawn items, and the next items of the
 * mini-batch where the objective says so, or the whole catalogue. They occupy the first slots of
 * the mini-batch's {@link RowGradients}.
 */
final class Candidates implements AutoCloseable {

  private final Objective objective;
  private final NegativeSampler sampler;
  private final int hidden;
  private final FloatMatrix vectors = new FloatMatrix(1);
  private int[] items = {};
  private float[] offsets = {};
  private int[] timesDrawn = {};
  private int count;

  Candidates(Objective objective, NegativeSampler sampler, int hidden) {
    this.objective = objective;
    this.sampler = sampler;
    this.hidden = hidden;
  }

  /**
   * Chooses the candidates of the next mini-batch.
   *
   * @param targets next items, {@code [targetCount]}
   * @param gradients the mini-batch's output rows, still without slots
   */
  void choose(int[] targets, int targetCount, RowGradients gradients, RandomStream random) {
    count = 0;
    if (objective.negatives() == 0) {
      for (int item = 1; item <= sampler.items(); item++) {
        add(item, gradients);
      }
    } else {
      for (int i = 0; i < objective.negatives(); i++) {
        add(sampler.draw(random), gradients);
      }
      if (objective.inBatchNegatives()) {
        for (int i = 0; i < targetCount; i++) {
          add(targets[i], gradients);
        }
      }
    }
  }

  /**
   * Copies the candidates' vectors to where BLAS reads them, and sets what is added to their
   * scores.
   */
  void load(ItemRows rows, RowGradients gradients) {
    vectors.ensureCapacity(count * hidden);
    if (offsets.length < count) {
      offsets = new float[count + count / 4];
    }
    float[] weights = rows.weights();
    for (int slot = 0; slot < count; slot++) {
      int at = gradients.weightsAt(slot);
      vectors.write(slot * hidden, weights, at, hidden);
      offsets[slot] = weights[at + hidden] + correction(items[slot], timesDrawn[slot]);
    }
  }

  /**
   * What the objective adds to the score of a target: the same correction that a candidate gets,
   * for one draw.
   */
  float targetCorrection(int item) {
    return correction(item, 1);
  }

  /** {@code [count][hidden]}. */
  FloatMatrix vectors() {
    return vectors;
  }

  /**
   * What is added to a candidate's product with the state: bias and correction, {@code [count]}.
   */
  float[] offsets() {
    return offsets;
  }

  /** How many different candidates there are; they hold the slots below. */
  int count() {
    return count;
  }

  /**
   * In a softmax, an item that was drawn m times stands for m equal negatives: log m on its score.
   */
  private float correction(int item, int times) {
    if (objective.negatives() == 0 || objective.loss() != Objective.Loss.CROSS_ENTROPY) {
      return 0;
    }
    float repeats = times == 1 ? 0 : (float) Math.log(times);
    return objective.logQ() ? repeats - sampler.logProbability(item) : repeats;
  }

  private void add(int item, RowGradients gradients) {
    int slot = gradients.slot(item);
    if (slot == count) {
      if (items.length == count) {
        items = Arrays.copyOf(items, 2 * count + 64);
        timesDrawn = Arrays.copyOf(timesDrawn, 2 * count + 64);
      }
      items[slot] = item;
      timesDrawn[slot] = 1;
      count++;
    } else {
      timesDrawn[slot]++;
    }
  }

  @Override
  public void close() {
    vectors.close();
  }
}
