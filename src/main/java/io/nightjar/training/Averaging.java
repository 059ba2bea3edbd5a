package io.nightjar.training;

import io.nightjar.network.LstmWeights;
import io.nightjar.network.NetworkParameters;
import io.nightjar.network.OptimizerState;
import io.nightjar.network.RowBuffers;
import io.nightjar.network.TouchedRows;
import io.nightjar.network.WorkerUpdate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Makes one update of the workers' updates: LSTM weights and their optimizer state by the mean
 * weighted by examples, item rows by the mean weighted by touches. The result depends on the order
 * of the updates, which is that of the workers, and on nothing else.
 */
final class Averaging {

  private Averaging() {}

  /**
   * Averages.
   *
   * @param updates in order of the workers; those without a single example have no part
   * @param vocabularySize rows of the item tables
   * @param buffers where the arrays of the average come from
   * @return the average, whose events and losses are sums; null if there was no example; the update
   *     itself if only one worker had any
   */
  static WorkerUpdate average(List<WorkerUpdate> updates, int vocabularySize, RowBuffers buffers) {
    List<WorkerUpdate> trained = updates.stream().filter(u -> u.events() > 0).toList();
    if (trained.isEmpty()) {
      return null;
    }
    if (trained.size() == 1) {
      return trained.get(0);
    }
    WorkerUpdate first = trained.get(0);
    List<LstmWeights> lstm = first.lstm().stream().map(LstmWeights::copy).toList();
    List<float[]> lstmState = first.lstmState().stream().map(float[]::clone).toList();
    long events = first.events();
    double lossSum = first.lossSum();
    for (WorkerUpdate update : trained.subList(1, trained.size())) {
      events += update.events();
      lossSum += update.lossSum();
      float share = (float) ((double) update.events() / events);
      moveTowards(arrays(lstm), arrays(update.lstm()), share);
      moveTowards(lstmState, update.lstmState(), share);
    }
    boolean tied = first.inputRows() == null;
    return new WorkerUpdate(
        lstm,
        lstmState,
        averageRows(trained, WorkerUpdate::outputRows, vocabularySize, buffers),
        tied ? null : averageRows(trained, WorkerUpdate::inputRows, vocabularySize, buffers),
        events,
        lossSum);
  }

  /** Averages one table. */
  static TouchedRows averageRows(
      List<WorkerUpdate> updates,
      Function<WorkerUpdate, TouchedRows> table,
      int vocabularySize,
      RowBuffers buffers) {
    TouchedRows first = table.apply(updates.get(0));
    long most = updates.stream().mapToLong(update -> table.apply(update).size()).sum();
    RowAverage average =
        new RowAverage(
            vocabularySize,
            first.width(),
            first.stateWidth(),
            (int) Math.min(most, vocabularySize),
            buffers);
    for (WorkerUpdate update : updates) {
      average.add(table.apply(update));
    }
    return average.result();
  }

  /**
   * Puts averaged rows and weights into the state that the next round starts from.
   *
   * @return the state: item tables are updated in place, LSTM weights are new
   */
  static TrainingState apply(TrainingState state, WorkerUpdate average) {
    NetworkParameters old = state.parameters();
    int hidden = old.shape().hidden();
    place(average.outputRows(), old.outputRows(), hidden, old.outputBias());
    placeState(average.outputRows(), state.optimizer().outputRows());
    if (average.inputRows() != null) {
      place(average.inputRows(), old.inputRows(), old.shape().embedding(), null);
      placeState(average.inputRows(), state.optimizer().inputRows());
    }
    return new TrainingState(
        new NetworkParameters(
            old.shape(), old.inputRows(), old.outputRows(), old.outputBias(), average.lstm()),
        new OptimizerState(
            state.optimizer().inputRows(), state.optimizer().outputRows(), average.lstmState()));
  }

  private static void place(TouchedRows rows, float[] table, int vectorWidth, float[] bias) {
    int width = rows.width();
    RowRanges.forEach(
        rows.size(),
        (from, to) -> {
          for (int row = from; row < to; row++) {
            int item = rows.items()[row];
            System.arraycopy(rows.weights(), row * width, table, item * vectorWidth, vectorWidth);
            if (bias != null) {
              bias[item] = rows.weights()[row * width + vectorWidth];
            }
          }
        });
  }

  private static void placeState(TouchedRows rows, float[] table) {
    int width = rows.stateWidth();
    RowRanges.forEach(
        rows.size(),
        (from, to) -> {
          for (int row = from; row < to; row++) {
            System.arraycopy(rows.state(), row * width, table, rows.items()[row] * width, width);
          }
        });
  }

  private static List<float[]> arrays(List<LstmWeights> layers) {
    List<float[]> arrays = new ArrayList<>();
    layers.forEach(layer -> arrays.addAll(List.of(layer.arrays())));
    return arrays;
  }

  private static void moveTowards(List<float[]> mean, List<float[]> values, float share) {
    for (int i = 0; i < mean.size(); i++) {
      RowAverage.moveTowards(mean.get(i), 0, values.get(i), 0, mean.get(i).length, share);
    }
  }
}
