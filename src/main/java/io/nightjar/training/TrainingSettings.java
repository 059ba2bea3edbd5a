package io.nightjar.training;

import io.nightjar.network.Adagrad;
import io.nightjar.network.Objective;
import io.nightjar.network.Regularization;
import io.nightjar.network.StepSettings;
import java.io.Serializable;

/**
 * All resolved settings of a training.
 *
 * @param epochs passes over the sequences, at least 1
 * @param batch sequences per mini-batch and worker, at least 1
 * @param step what happens in a mini-batch
 * @param learningRate of the item rows over the course of the training
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
    StepSettings step,
    LearningRateSchedule learningRate,
    int workers,
    AveragingSettings averaging,
    int patience,
    int checkpointEveryRounds,
    long seed)
    implements Serializable {

  public TrainingSettings {
    atLeast("epochs", epochs, 1);
    atLeast("batch", batch, 1);
    atLeast("workers", workers, 0);
    atLeast("patience", patience, 0);
    atLeast("checkpoint-every-rounds", checkpointEveryRounds, 0);
  }

  /** Settings that serve well where nothing is known about the data. */
  public static TrainingSettings defaults() {
    return new TrainingSettings(
        8,
        32,
        new StepSettings(
            new Objective(Objective.Loss.BPR_MAX, 2048, 0.5, true, false, 1, 0.5),
            new Regularization(0.3, 0.45, 0, 0, 0),
            new Adagrad(0, 1e-6),
            0.2,
            1),
        LearningRateSchedule.constant(0.2),
        0,
        new AveragingSettings(192, 1, 0.9),
        3,
        0,
        42);
  }

  /** The same for another number of passes, and without stopping early. */
  public TrainingSettings forEpochs(int newEpochs) {
    return new TrainingSettings(
        newEpochs, batch, step, learningRate, workers, averaging, 0, checkpointEveryRounds, seed);
  }

  /** The same for at most so many passes; still stops early when validation says so. */
  public TrainingSettings forAtMost(int newEpochs) {
    return new TrainingSettings(
        newEpochs,
        batch,
        step,
        learningRate,
        workers,
        averaging,
        patience,
        checkpointEveryRounds,
        seed);
  }

  private static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " is " + value + "; it must be at least " + least);
    }
  }
}
