package io.nightjar.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.config.EvaluationConfig;
import io.nightjar.evaluation.HtmlReport;
import io.nightjar.evaluation.MetricsTable;
import io.nightjar.evaluation.ModelMetrics;
import io.nightjar.evaluation.SampleUsers.Sample;
import io.nightjar.evaluation.Slice;
import io.nightjar.evaluation.WindowMetrics;
import io.nightjar.training.TrainingCurve;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * What a night's evaluation leaves behind: {@code metrics.json} and {@code report.html} in {@code
 * metrics/run=}, and the table {@code model_metrics/run=}.
 */
final class MetricsReport {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DOCUMENT = "metrics.json";
  private static final int MOST_NIGHTS = 60;

  private final JobContext context;
  private final List<ModelMetrics> models;
  private final List<WindowMetrics> windows;

  /**
   * @param models the candidate first
   * @param windows the test windows, oldest first; empty where there is one test part
   */
  MetricsReport(JobContext context, List<ModelMetrics> models, List<WindowMetrics> windows) {
    this.context = context;
    this.models = models;
    this.windows = windows;
  }

  /** Publishes all of them; returns the directory of the documents. */
  Path publish(ObjectNode report, TrainingCurve curve, List<Sample> samples, long items)
      throws IOException {
    context
        .tables()
        .publish(
            MetricsTable.of(context.spark(), models, windows),
            "model_metrics",
            "run",
            context.runId());

    Path directory = context.warehouse().partition("metrics", "run", context.runId());
    EvaluationConfig evaluation = context.config().evaluation();
    ObjectNode document = report.deepCopy();
    document.put("run", context.runId()).put("date", context.dt()).put("items", items);
    document.put("metric", evaluation.gate().metric());
    document.put("ties", evaluation.ties().name().toLowerCase(Locale.ROOT));
    document.put("exclude_seen", evaluation.excludeSeen());
    document.set("k", JSON.valueToTree(evaluation.k()));
    for (int m = 0; m < models.size(); m++) {
      ((ObjectNode) document.path("models").path(m))
          .set("intervals", JSON.valueToTree(models.get(m).bootstrap().intervals()));
    }
    document.set("slices", slices(evaluation));
    context.documents().write(new Path(directory, DOCUMENT), document);

    document.set("history", history());
    document.set("curve", JSON.valueToTree(curve.epochs()));
    document.set("samples", JSON.valueToTree(samples));
    document.set("profile", profile());
    try (OutputStream out =
        context.warehouse().fileSystem().create(new Path(directory, "report.html"), true)) {
      out.write(HtmlReport.page(document).getBytes(StandardCharsets.UTF_8));
    }
    return directory;
  }

  /** Recall at the longest list, by slice and model. */
  private ArrayNode slices(EvaluationConfig evaluation) {
    String metric = "recall@" + evaluation.k().get(evaluation.k().size() - 1);
    ArrayNode slices = JSON.createArrayNode();
    for (Slice slice : models.get(0).slices().keySet()) {
      ObjectNode row = slices.addObject();
      row.put("dimension", slice.dimension()).put("name", slice.name());
      row.put("cases", models.get(0).slices().get(slice).cases());
      ObjectNode values = row.putObject("values");
      for (ModelMetrics model : models) {
        if (model.slices().containsKey(slice)) {
          values.put(model.name(), model.slices().get(slice).means().get(metric));
        }
      }
    }
    return slices;
  }

  /** The candidate and the best of the others, by night. */
  private ArrayNode history() throws IOException {
    String metric = context.config().evaluation().gate().metric();
    List<String> runs = context.warehouse().partitions("metrics", "run");
    ArrayNode nights = JSON.createArrayNode();
    for (String run : runs.subList(Math.max(0, runs.size() - MOST_NIGHTS), runs.size())) {
      Optional<JsonNode> night =
          context
              .documents()
              .read(new Path(context.warehouse().partition("metrics", "run", run), DOCUMENT));
      if (night.isPresent() && night.get().path("models").path(0).has(metric)) {
        double baseline = 0;
        for (JsonNode model : night.get().path("models")) {
          if (!List.of("blend", "lstm", "in-use").contains(model.path("name").asText())) {
            baseline = Math.max(baseline, model.path(metric).asDouble());
          }
        }
        nights
            .addObject()
            .put("run", run)
            .put("candidate", night.get().path("models").path(0).path(metric).asDouble())
            .put("baseline", baseline)
            .put("accepted", night.get().path("gate").path("accepted").asBoolean());
      }
    }
    return nights;
  }

  /** What came in, what was quarantined, and the night's profile, from this run's sessionize. */
  private ArrayNode profile() throws IOException {
    ArrayNode rows = JSON.createArrayNode();
    Optional<JobReport> sessionize = RunManifest.open(context).finished("sessionize");
    sessionize.ifPresent(
        report ->
            report
                .json()
                .properties()
                .forEach(entry -> addProfile(rows, entry.getKey(), entry.getValue())));
    return rows;
  }

  private static void addProfile(ArrayNode rows, String name, JsonNode value) {
    if (value.isNumber()) {
      addRow(rows, name.replace('_', ' '), value);
    } else if (value.isObject()) {
      value
          .properties()
          .forEach(count -> addRow(rows, name + ": " + count.getKey(), count.getValue()));
    }
    for (JsonNode figure : name.equals("profile") ? value : JSON.createArrayNode()) {
      String mean = figure.path("mean_before").asText("null");
      addRow(
          rows,
          figure.path("figure").asText().replace('_', ' ')
              + (mean.equals("null") ? "" : " (mean of the nights before: " + mean + ")"),
          figure.path("tonight"));
    }
  }

  private static void addRow(ArrayNode rows, String name, JsonNode value) {
    rows.addObject().put("name", name).set("value", value);
  }
}
