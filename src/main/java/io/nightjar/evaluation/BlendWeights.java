package io.nightjar.evaluation;

import java.io.Serializable;
import java.util.List;

/**
 * How much each model has to say in a blend.
 *
 * @param parts those with a say
 */
public record BlendWeights(List<Part> parts) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Copies the parts. */
  public BlendWeights {
    parts = List.copyOf(parts);
  }

  /**
   * One model's say.
   *
   * @param model its name
   * @param weight above 0
   * @param floor what is added to its shares before the logarithm; of no effect for a model whose
   *     scores are logarithms
   */
  public record Part(String model, double weight, double floor) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /** Whether a model has a say. */
  public boolean uses(String model) {
    return parts.stream().anyMatch(part -> part.model().equals(model));
  }

  /** Whether more than one model has a say. */
  public boolean isBlend() {
    return parts.size() > 1;
  }
}
