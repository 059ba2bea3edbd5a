package io.nightjar.evaluation;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Serializable;
import java.util.List;

/**
 * How the models of a blend are combined: a weighted sum of their pooled scores, and hidden units
 * that correct it where the models together say something else than their sum.
 *
 * @param parts the models with a say
 * @param hiddenUnits none where the sum is all
 */
public record BlendWeights(List<Part> parts, List<HiddenUnit> hiddenUnits) implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Copies the lists. */
  public BlendWeights {
    parts = List.copyOf(parts);
    hiddenUnits = hiddenUnits == null ? List.of() : List.copyOf(hiddenUnits);
  }

  /** A weighted sum. */
  public BlendWeights(List<Part> parts) {
    this(parts, List.of());
  }

  /** No model has a say. */
  public static BlendWeights none() {
    return new BlendWeights(List.of());
  }

  /**
   * One model's say.
   *
   * @param model its name
   * @param weight on its pooled score
   * @param floor what is added to its shares before the logarithm; of no effect for a model whose
   *     scores are logarithms
   */
  public record Part(String model, double weight, double floor) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Adds {@code weight x max(0, bias + sum of ofModels x pooled scores + ofLength x ln(length) +
   * ofNewest)} to an item's score.
   *
   * @param ofModels on the pooled score of each part's model, in their order
   * @param ofLength on the logarithm of the history's length
   * @param ofNewest for the history's newest item alone
   */
  public record HiddenUnit(
      List<Double> ofModels, double ofLength, double ofNewest, double bias, double weight)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Copies the weights. */
    public HiddenUnit {
      ofModels = List.copyOf(ofModels);
    }
  }

  /** Whether a model has a say. */
  public boolean uses(String model) {
    return parts.stream().anyMatch(part -> part.model().equals(model));
  }

  /** Whether more than one model has a say. */
  @JsonIgnore
  public boolean isBlend() {
    return parts.size() > 1;
  }

  /** The weights as a JSON object. */
  public JsonNode toJson() {
    return JSON.valueToTree(this);
  }

  /**
   * The weights that a JSON object holds.
   *
   * @param json none, or an array of parts from before hidden units, or what {@link #toJson} gives
   * @throws IllegalArgumentException if it is something else
   */
  public static BlendWeights fromJson(JsonNode json) {
    if (json.isMissingNode() || json.isNull()) {
      return none();
    }
    JsonNode object = json.isArray() ? JSON.createObjectNode().set("parts", json) : json;
    return JSON.convertValue(object, BlendWeights.class);
  }
}
