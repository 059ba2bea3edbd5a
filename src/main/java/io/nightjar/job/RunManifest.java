package io.nightjar.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.publish.Documents;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * What a run has finished so far: {@code runs/run=<id>/manifest.json} with the configuration's
 * fingerprint, a report per finished stage, and the exit code of its newest start.
 */
public final class RunManifest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Documents documents;
  private final Path path;
  private final ObjectNode manifest;

  private RunManifest(Documents documents, Path path, ObjectNode manifest) {
    this.documents = documents;
    this.path = path;
    this.manifest = manifest;
  }

  /** The manifest of the context's run, new if the run is. */
  public static RunManifest open(JobContext context) throws IOException {
    Path path =
        new Path(context.warehouse().partition("runs", "run", context.runId()), "manifest.json");
    ObjectNode manifest =
        context
            .documents()
            .read(path)
            .map(ObjectNode.class::cast)
            .orElseGet(JSON::createObjectNode);
    manifest.put("run", context.runId());
    manifest.put("date", context.dt());
    return new RunManifest(context.documents(), path, manifest);
  }

  /** Where the manifest is. */
  public Path path() {
    return path;
  }

  /** Forgets the finished stages if they were done under other settings; says whether it did. */
  public boolean restartIfSettingsChanged(String fingerprint) {
    boolean changed =
        manifest.has("stages") && !manifest.path("configuration").asText().equals(fingerprint);
    if (changed) {
      manifest.remove("stages");
    }
    manifest.put("configuration", fingerprint);
    return changed;
  }

  /** Forgets every finished stage. */
  public void restart() throws IOException {
    manifest.remove("stages");
    documents.write(path, manifest);
  }

  /** The report of a stage that the run has finished. */
  public Optional<JobReport> finished(String stage) {
    JsonNode report = manifest.path("stages").path(stage);
    return report.isObject() ? Optional.of(JobReport.of((ObjectNode) report)) : Optional.empty();
  }

  /** Keeps a finished stage's report. */
  public void finish(String stage, JobReport report) throws IOException {
    manifest.withObject("/stages").set(stage, report.json());
    documents.write(path, manifest);
  }

  /** Keeps the exit code: a scheduler that cannot see it (YARN's cluster mode) reads it here. */
  public void exit(int code) throws IOException {
    manifest.put("exit_code", code);
    documents.write(path, manifest);
  }
}
