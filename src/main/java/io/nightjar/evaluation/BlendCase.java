package io.nightjar.evaluation;

import java.io.Serializable;

/**
 * What every model says about the promising items of one validation case.
 *
 * @param scores {@code [models][candidates]}; the target is candidate 0
 */
record BlendCase(float[][] scores) implements Serializable {
  private static final long serialVersionUID = 1L;
}
