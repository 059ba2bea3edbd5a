package io.nightjar.training;

import io.nightjar.network.NetworkShape;
import io.nightjar.network.TouchedRows;
import io.nightjar.network.WorkerUpdate;
import java.util.ArrayList;
import java.util.List;

/**
 * Momentum on the averaged step of a round (BMUF: Chen and Huo 2016; with Nesterov's look-ahead as
 * in DiLoCo): averaging many workers damps what each of them learned, and momentum gives it back.
 * With the averaged step d and velocity {@code v = m v + d}, weights move by {@code d + m v}. Item
 * rows have their velocity changed only in rounds that touch them.
 */
final class BlockMomentum {

  private final float momentum;
  private final float[] outputVelocity;
  private final float[] inputVelocity;
  private final List<float[]> lstmVelocity = new ArrayList<>();

  BlockMomentum(double momentum, TrainingState state) {
    this.momentum = (float) momentum;
    NetworkShape shape = state.parameters().shape();
    outputVelocity = new float[Math.multiplyExact(shape.vocabularySize(), shape.hidden() + 1)];
    inputVelocity = shape.tiedWeights() ? null : new float[state.parameters().inputRows().length];
    state
        .parameters()
        .lstm()
        .forEach(
            layer -> {
              for (float[] array : layer.arrays()) {
                lstmVelocity.add(new float[array.length]);
              }
            });
  }

  /** The velocities, for a checkpoint to keep and to restore in place. */
  List<float[]> arrays() {
    List<float[]> arrays = new ArrayList<>(lstmVelocity);
    arrays.add(outputVelocity);
    if (inputVelocity != null) {
      arrays.add(inputVelocity);
    }
    return arrays;
  }

  /** Moves the averaged weights on, in place. */
  void accelerate(TrainingState before, WorkerUpdate average) {
    int array = 0;
    for (int layer = 0; layer < average.lstm().size(); layer++) {
      float[][] old = before.parameters().lstm().get(layer).arrays();
      float[][] now = average.lstm().get(layer).arrays();
      for (int i = 0; i < now.length; i++, array++) {
        float[] velocity = lstmVelocity.get(array);
        for (int k = 0; k < now[i].length; k++) {
          now[i][k] = old[i][k] + accelerated(velocity, k, now[i][k] - old[i][k]);
        }
      }
    }
    int hidden = before.parameters().shape().hidden();
    accelerate(
        average.outputRows(),
        before.parameters().outputRows(),
        before.parameters().outputBias(),
        hidden,
        outputVelocity);
    if (inputVelocity != null) {
      accelerate(
          average.inputRows(),
          before.parameters().inputRows(),
          null,
          before.parameters().shape().embedding(),
          inputVelocity);
    }
  }

  private void accelerate(
      TouchedRows rows, float[] oldVectors, float[] oldBias, int vectorWidth, float[] velocity) {
    RowRanges.forEach(
        rows.size(),
        (from, to) -> {
          for (int row = from; row < to; row++) {
            accelerateRow(rows, row, oldVectors, oldBias, vectorWidth, velocity);
          }
        });
  }

  private void accelerateRow(
      TouchedRows rows,
      int row,
      float[] oldVectors,
      float[] oldBias,
      int vectorWidth,
      float[] velocity) {
    int width = rows.width();
    int item = rows.items()[row];
    for (int i = 0; i < width; i++) {
      float old = i < vectorWidth ? oldVectors[item * vectorWidth + i] : oldBias[item];
      int at = row * width + i;
      rows.weights()[at] = old + accelerated(velocity, item * width + i, rows.weights()[at] - old);
    }
  }

  private float accelerated(float[] velocity, int at, float step) {
    velocity[at] = momentum * velocity[at] + step;
    return step + momentum * velocity[at];
  }
}
