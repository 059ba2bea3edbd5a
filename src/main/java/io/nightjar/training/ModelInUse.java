package io.nightjar.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightjar.publish.Documents;
import io.nightjar.publish.Warehouse;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * Which model recommends: {@code models/current.json}, replaced in one step when a new model has
 * passed the gate.
 *
 * @param version of the model
 * @param since the run that put it in use
 * @param forced whether it was put in use against the gate
 */
public record ModelInUse(String version, String since, boolean forced) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The model in use, or nothing before the first one has passed the gate. */
  public static Optional<ModelInUse> read(Warehouse warehouse, Documents documents)
      throws IOException {
    Optional<JsonNode> document = documents.read(path(warehouse));
    return document.map(json -> JSON.convertValue(json, ModelInUse.class));
  }

  /** Puts this model in use. */
  public void write(Warehouse warehouse, Documents documents) throws IOException {
    warehouse.fileSystem().mkdirs(warehouse.table("models"));
    documents.write(path(warehouse), JSON.valueToTree(this));
  }

  private static Path path(Warehouse warehouse) {
    return new Path(warehouse.table("models"), "current.json");
  }
}
