package io.nightjar.network;

import java.io.Serializable;

/**
 * The rows of an item table that a worker touched, as they are after its training.
 *
 * @param items the items, {@code [rows]}
 * @param touches in how many mini-batches each of them was updated, {@code [rows]}
 * @param width numbers of a row: the item's vector, and the output bias where the table has one
 * @param weights {@code [rows][width]}, and room behind
 * @param stateWidth optimizer state of a row
 * @param state {@code [rows][stateWidth]}, and room behind
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody; the arrays are the point.
public record TouchedRows(
    int[] items, int[] touches, int width, float[] weights, int stateWidth, float[] state)
    implements Serializable {

  /** Number of rows. */
  public int size() {
    return items.length;
  }
}
