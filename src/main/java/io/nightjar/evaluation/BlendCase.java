package io.nightjar.evaluation;

import java.io.Serializable;

/**
 * What every model says about the promising items of one validation case.
 *
 * @param sequence a number of the sequence that the case is of; cases are in the order of these
 * @param scores {@code [models][candidates]}; the target is candidate 0
 * @param length events of the history
 * @param newest which candidate is the history's newest item; -1 if none is
 */
record BlendCase(long sequence, float[][] scores, int length, int newest) implements Serializable {
  private static final long serialVersionUID = 1L;
}
