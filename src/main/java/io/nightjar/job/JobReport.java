package io.nightjar.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.hadoop.fs.Path;

/** What a job did, as the JSON object that {@code --json} prints and the run's manifest keeps. */
public final class JobReport {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ObjectNode values;

  private JobReport(ObjectNode values) {
    this.values = values;
  }

  /** An empty report. */
  public static JobReport empty() {
    return new JobReport(JSON.createObjectNode());
  }

  /** The report that a manifest kept. */
  public static JobReport of(ObjectNode values) {
    return new JobReport(values);
  }

  /** Adds a value; records, maps and lists become objects and arrays. */
  public JobReport with(String name, Object value) {
    values.set(name, JSON.valueToTree(value instanceof Path path ? path.toString() : value));
    return this;
  }

  /** Whether the gate refused the new model, in this job or in one of its stages. */
  public boolean isModelRefused() {
    return values.findValues("gate").stream()
        .anyMatch(gate -> !gate.path("accepted").asBoolean(true));
  }

  /** The report as JSON; changes to it are changes to the report. */
  public ObjectNode json() {
    return values;
  }
}
