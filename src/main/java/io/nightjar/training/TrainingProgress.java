package io.nightjar.training;

import io.nightjar.network.NetworkParameters;
import java.util.OptionalDouble;

/**
 * Where a training stands between two rounds: everything that a resumed one needs to end as an
 * undisturbed one would.
 */
final class TrainingProgress {

  private int epoch;
  private int round;
  private TrainingState state;
  private final BlockMomentum momentum;
  private NetworkParameters best;
  private double bestScore = Double.NEGATIVE_INFINITY;
  private int epochsWithoutGain;

  /**
   * @param momentum null for plain averaging
   */
  TrainingProgress(TrainingState state, BlockMomentum momentum) {
    this.state = state;
    this.momentum = momentum;
  }

  /** The epoch of the next round, from 0. */
  int epoch() {
    return epoch;
  }

  /** The next round in its epoch, from 0. */
  int round() {
    return round;
  }

  TrainingState state() {
    return state;
  }

  BlockMomentum momentum() {
    return momentum;
  }

  /** The parameters of the best epoch; null where no epoch had a score. */
  NetworkParameters best() {
    return best;
  }

  double bestScore() {
    return bestScore;
  }

  int epochsWithoutGain() {
    return epochsWithoutGain;
  }

  /** Takes over a round. */
  void advance(Round finished, TrainingState newState) {
    state = newState;
    round = finished.isLast() ? 0 : finished.index() + 1;
    epoch = finished.isLast() ? finished.epoch() + 1 : finished.epoch();
  }

  /** Takes over the score of the epoch that just ended. */
  void judge(OptionalDouble score) {
    if (score.isEmpty()) {
      return;
    }
    if (score.getAsDouble() > bestScore) {
      bestScore = score.getAsDouble();
      best = state.parameters().copy();
      epochsWithoutGain = 0;
    } else {
      epochsWithoutGain++;
    }
  }

  /** Restores what a checkpoint kept. */
  void resume(
      int newEpoch,
      int newRound,
      NetworkParameters newBest,
      double newBestScore,
      int newEpochsWithoutGain) {
    epoch = newEpoch;
    round = newRound;
    best = newBest;
    bestScore = newBestScore;
    epochsWithoutGain = newEpochsWithoutGain;
  }

  /** The parameters to keep: those of the best epoch, or the newest where none was judged. */
  NetworkParameters outcome() {
    return best == null ? state.parameters() : best;
  }
}
