package io.nightjar.training;

import io.nightjar.network.NegativeSampler;
import io.nightjar.network.RowBuffers;
import io.nightjar.network.TrainingStep;
import io.nightjar.network.WorkerUpdate;
import java.io.Serializable;

/**
 * One worker's part of a round: a pure function of the state it starts from, its sequences and its
 * number, so that a retried task returns what the lost one would have.
 *
 * @param settings of the training
 * @param round what to train on
 * @param workers how many there are
 * @param batches mini-batches of all workers in an epoch
 */
record Worker(TrainingSettings settings, Round round, int workers, long batches)
    implements Serializable {

  /**
   * Trains the mini-batches of the round.
   *
   * @param number of the worker, from 0
   * @param buffers where the arrays of the update come from
   */
  WorkerUpdate train(
      int number,
      SequenceBlock share,
      TrainingState state,
      NegativeSampler sampler,
      RowBuffers buffers) {
    try (TrainingStep step =
        new TrainingStep(
            state.parameters(), state.optimizer(), sampler, settings.step(), buffers)) {
      int[][] sequences = new int[settings.batch()][];
      int[] firstTargets = new int[settings.batch()];
      for (int batch = round.from(); batch < round.to(); batch++) {
        long first = (long) batch * settings.batch();
        int count = (int) Math.max(0, Math.min(settings.batch(), share.size() - first));
        for (int i = 0; i < count; i++) {
          sequences[i] = share.sequence((int) first + i);
          firstTargets[i] = share.firstTarget((int) first + i);
        }
        if (count > 0) {
          long serial = serial(number, batch);
          step.train(sequences, firstTargets, count, learningRate(serial), settings.seed(), serial);
        }
      }
      return step.result();
    }
  }

  /** The number of a mini-batch in the whole training. */
  private long serial(int worker, int batch) {
    return round.epoch() * batches + (long) batch * workers + worker;
  }

  private float learningRate(long serial) {
    return settings.learningRate().at((double) serial / (settings.epochs() * batches));
  }

  /** The learning rate at the start of the round. */
  float learningRate() {
    return learningRate(serial(0, round.from()));
  }
}
