package io.nightjar.training;

import io.nightjar.network.NetworkParameters;
import java.util.ArrayList;
import java.util.List;
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
  private final List<TrainingCurve.Epoch> curve = new ArrayList<>();

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

  /** The epochs that have ended, those before a checkpoint included. */
  TrainingCurve curve() {
    return new TrainingCurve(curve);
  }

  /** Takes over a round. */
  void advance(Round finished, TrainingState newState) {
    state = newState;
    round = finished.isLast() ? 0 : finished.index() + 1;
    epoch = finished.isLast() ? finished.epoch() + 1 : finished.epoch();
  }

  /** Takes over the epoch that just ended, and its score. */
  void judge(EpochReport report, OptionalDouble score) {
    curve.add(TrainingCurve.Epoch.of(report, score));
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
      int newEpochsWithoutGain,
      TrainingCurve newCurve) {
    epoch = newEpoch;
    round = newRound;
    best = newBest;
    bestScore = newBestScore;
    epochsWithoutGain = newEpochsWithoutGain;
    curve.clear();
    curve.addAll(newCurve.epochs());
  }

  /** The parameters to keep: those of the best epoch, or the newest where none was judged. */
  NetworkParameters outcome() {
    return best == null ? state.parameters() : best;
  }
}
