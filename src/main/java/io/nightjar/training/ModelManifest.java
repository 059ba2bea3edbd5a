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
 * @param sha256 of the model zip, in hexadecimal
 * @param curve how training went
 */
public record ModelManifest(
    String version,
    String vocabularyVersion,
    String vocabularyChecksum,
    String configuration,
    String parent,
    String sha256,
    TrainingCurve curve) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The manifest as a JSON object. */
  public ObjectNode toJson() {
    return JSON.valueToTree(this);
  }

  /** The manifest that a JSON object holds. */
  public static ModelManifest fromJson(JsonNode json) {
    return JSON.convertValue(json, ModelManifest.class);
  }
}
