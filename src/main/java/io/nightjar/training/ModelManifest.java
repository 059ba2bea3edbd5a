package io.nightjar.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

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
 * @param blend weights of the models that recommend together with this one, as the blend writes
 *     them; null when it recommends alone
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
    JsonNode blend) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A manifest from before blends has none. */
  public ModelManifest {
    blend = blend == null ? JSON.nullNode() : blend;
  }

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
  public ModelManifest withBlend(JsonNode weights) {
    return new ModelManifest(
        version,
        vocabularyVersion,
        vocabularyChecksum,
        configuration,
        parent,
        trainedUntil,
        sha256,
        curve,
        weights);
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
