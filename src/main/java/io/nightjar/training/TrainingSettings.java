package io.nightjar.training;

import io.nightjar.network.Adagrad;
import io.nightjar.network.Objective;
import io.nightjar.network.Optimizer;
import io.nightjar.network.Regularization;
import java.io.Serializable;

/**
 * All resolved settings of a training.
 *
 * @param epochs passes over the sequences, at least 1
 * @param batch sequences per mini-batch and worker, at least 1
 * @param objective loss and negatives
 * @param regularization dropout, penalties, clipping
 * @param optimizer how gradients become updates
 * @param learningRate the rate over the course of the training
 * @param gradientSteps how many time steps back the gradient flows (truncated BPTT), at least 1;
 *     the state is carried over either way
 * @param workers tasks that train side by side; 0 for as many as the cluster has cores
 * @param averaging when and how workers share what they learned
 * @param patience epochs without a better validation score after which training stops; 0 never
 *     stops early
 * @param checkpointEveryRounds rounds between two checkpoints within an epoch; 0 for one at the end
 *     of each epoch only
 * @param seed of everything that is drawn
 */
public record TrainingSettings(
    int epochs,
    int batch,
    Objective objective,
    Regularization regularization,
    Optimizer optimizer,
    LearningRateSchedule learningRate,
    int gradientSteps,
    int workers,
    AveragingSettings averaging,
    int patience,
    int checkpointEveryRounds,
    long seed)
    implements Serializable {

  public TrainingSettings {
    atLeast("epochs", epochs, 1);
    atLeast("batch", batch, 1);
    atLeast("bptt", gradientSteps, 1);
    atLeast("workers", workers, 0);
    atLeast("patience", patience, 0);
    atLeast("checkpoint-every-rounds", checkpointEveryRounds, 0);
  }

  /** Settings that serve well where nothing is known about the data. */
  public static TrainingSettings defaults() {
    return new TrainingSettings(
        10,
        64,
        new Objective(Objective.Loss.CROSS_ENTROPY, 2048, 0.5, true, false, 1, 0.5),
        new Regularization(0.3, 0.3, 0, 0, 0),
        new Adagrad(0, 1e-6),
        LearningRateSchedule.constant(0.05),
        1,
        0,
        new AveragingSettings(32, 1, 0),
        3,
        0,
        42);
  }

  /** The same for another number of passes, and without stopping early. */
  public TrainingSettings forEpochs(int newEpochs) {
    return new TrainingSettings(
        newEpochs,
        batch,
        objective,
        regularization,
        optimizer,
        learningRate,
        gradientSteps,
        workers,
        averaging,
        0,
        checkpointEveryRounds,
        seed);
  }

  private static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " is " + value + "; it must be at least " + least);
    }
  }
}
