package io.nightjar.training;

import java.util.List;

/** How training went, epoch by epoch. */
public record TrainingCurve(List<Epoch> epochs) {

  /**
   * One pass over the training sequences.
   *
   * @param epoch from 1
   * @param loss mean loss of the newest mini-batches, in nats per sequence as DL4J reports it
   * @param events targets trained on
   * @param seconds wall-clock time
   */
  public record Epoch(int epoch, double loss, long events, double seconds) {}

  /** Copies the epochs. */
  public TrainingCurve {
    epochs = List.copyOf(epochs);
  }
}
