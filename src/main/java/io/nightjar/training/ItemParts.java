package io.nightjar.training;

import io.nightjar.network.TouchedRows;
import io.nightjar.network.WorkerUpdate;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts an update into parts by item, for as many tasks to average: part p holds the items that
 * leave p when divided by the number of parts. The LSTM weights, being small, go with every part.
 */
final class ItemParts {

  private ItemParts() {}

  /** Cuts an update. */
  static List<WorkerUpdate> cut(WorkerUpdate update, int parts) {
    List<TouchedRows> output = cut(update.outputRows(), parts);
    List<TouchedRows> input = update.inputRows() == null ? null : cut(update.inputRows(), parts);
    List<WorkerUpdate> cut = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      cut.add(
          new WorkerUpdate(
              update.lstm(),
              update.lstmState(),
              output.get(part),
              input == null ? null : input.get(part),
              update.events(),
              update.lossSum()));
    }
    return cut;
  }

  /** Puts the parts of one update together again; null if there is none. */
  static WorkerUpdate join(List<WorkerUpdate> parts) {
    if (parts.isEmpty()) {
      return null;
    }
    WorkerUpdate first = parts.get(0);
    return new WorkerUpdate(
        first.lstm(),
        first.lstmState(),
        joinedRows(parts.stream().map(WorkerUpdate::outputRows).toList()),
        first.inputRows() == null
            ? null
            : joinedRows(parts.stream().map(WorkerUpdate::inputRows).toList()),
        first.events(),
        first.lossSum());
  }

  private static TouchedRows joinedRows(List<TouchedRows> parts) {
    int size = parts.stream().mapToInt(TouchedRows::size).sum();
    TouchedRows first = parts.get(0);
    TouchedRows joined =
        new TouchedRows(
            new int[size],
            new int[size],
            first.width(),
            new float[Math.multiplyExact(size, first.width())],
            first.stateWidth(),
            new float[Math.multiplyExact(size, first.stateWidth())]);
    int row = 0;
    for (TouchedRows part : parts) {
      for (int i = 0; i < part.size(); i++) {
        copyRow(part, i, joined, row++);
      }
    }
    return joined;
  }

  private static List<TouchedRows> cut(TouchedRows rows, int parts) {
    int[] sizes = new int[parts];
    for (int item : rows.items()) {
      sizes[item % parts]++;
    }
    List<TouchedRows> cut = new ArrayList<>();
    for (int size : sizes) {
      cut.add(
          new TouchedRows(
              new int[size],
              new int[size],
              rows.width(),
              new float[size * rows.width()],
              rows.stateWidth(),
              new float[size * rows.stateWidth()]));
    }
    int[] filled = new int[parts];
    for (int row = 0; row < rows.size(); row++) {
      int part = rows.items()[row] % parts;
      copyRow(rows, row, cut.get(part), filled[part]++);
    }
    return cut;
  }

  private static void copyRow(TouchedRows from, int fromRow, TouchedRows to, int toRow) {
    to.items()[toRow] = from.items()[fromRow];
    to.touches()[toRow] = from.touches()[fromRow];
    int width = from.width();
    System.arraycopy(from.weights(), fromRow * width, to.weights(), toRow * width, width);
    int stateWidth = from.stateWidth();
    System.arraycopy(
        from.state(), fromRow * stateWidth, to.state(), toRow * stateWidth, stateWidth);
  }
}
