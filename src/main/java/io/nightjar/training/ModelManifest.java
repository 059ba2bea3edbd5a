package io.nightjar.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What a stored model is.
 *
 * @param version names the model
 * @param vocabularyVersion names the vocabulary whose indices its rows are
 * @param vocabularyChecksum of that vocabulary
 * @param configuration fingerprint of the settings it was trained with
 * @param parent the version it was continued from, or an empty text
 * @param trainedUntil time (ISO-8601, UTC) of the newest event that it learned from; null in a
 *     manifest from before it was kept
 * @param sha256 of the model zip, in hexadecimal
 * @param curve how training went
 * @param blend the models that recommend together with this one, and their weights; empty when it
 *     recommends alone
 */
public record ModelManifest(
    String version,
    String vocabularyVersion,
    String vocabularyChecksum,
    String configuration,
    String parent,
    String trainedUntil,
    String sha256,
    TrainingCurve curve,
    List<BlendPart> blend) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A manifest from before blends has none. */
  public ModelManifest {
    blend = blend == null ? List.of() : List.copyOf(blend);
  }

  /**
   * One model's say in a blend.
   *
   * @param model its name, {@code lstm} being the network itself
   * @param weight on the logarithm of its score
   * @param floor added to its shares before the logarithm
   */
  public record BlendPart(String model, double weight, double floor) {}

  /** The manifest of a stored zip. */
  public ModelManifest withSha256(String ofZip) {
    return new ModelManifest(
        version,
        vocabularyVersion,
        vocabularyChecksum,
        configuration,
        parent,
        trainedUntil,
        ofZip,
        curve,
        blend);
  }

  /** The manifest of a model that recommends as part of a blend. */
  public ModelManifest withBlend(List<BlendPart> parts) {
    return new ModelManifest(
        version,
        vocabularyVersion,
        vocabularyChecksum,
        configuration,
        parent,
        trainedUntil,
        sha256,
        curve,
        parts);
  }

  /** The manifest as a JSON object. */
  public ObjectNode toJson() {
    return JSON.valueToTree(this);
  }

  /** The manifest that a JSON object holds. */
  public static ModelManifest fromJson(JsonNode json) {
    return JSON.convertValue(json, ModelManifest.class);
  }
}
