package io.nightjar.training;

import io.nightjar.network.NetworkParameters;
import java.util.OptionalDouble;

/** Watches a training on the driver: progress, validation. */
public interface TrainingObserver {

  /** After every round. */
  default void roundEnded(RoundReport report) {}

  /**
   * After every epoch.
   *
   * @param parameters as they are now; not to be modified, nor kept: the next round changes them
   * @return the validation score, of which more is better: the best epoch's model is kept and
   *     training stops early when it stops improving; empty where there is no validation, and then
   *     the last epoch's model is kept
   */
  default OptionalDouble epochEnded(EpochReport report, NetworkParameters parameters) {
    return OptionalDouble.empty();
  }

  /** Watches nothing. */
  static TrainingObserver none() {
    return new TrainingObserver() {};
  }
}
