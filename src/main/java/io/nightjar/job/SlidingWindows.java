package io.nightjar.job;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.config.NightjarConfig;
import io.nightjar.evaluation.Evaluator;
import io.nightjar.evaluation.LstmRanker;
import io.nightjar.evaluation.ModelMetrics;
import io.nightjar.evaluation.Ranker;
import io.nightjar.evaluation.WindowMeans;
import io.nightjar.evaluation.WindowMetrics;
import io.nightjar.job.HeldOutParts.Window;
import io.nightjar.job.NetworkTraining.Trained;
import io.nightjar.sessions.SequenceSplit;
import io.nightjar.vocabulary.Vocabulary;
import io.nightjar.vocabulary.VocabularyBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The test windows of {@code split.strategy = sliding}. An earlier window is judged as it would
 * have been on its own night: the vocabulary, the network (from random weights), the baselines and
 * their blend are all made from what came before it, and nothing of them is kept.
 */
final class SlidingWindows {
  private static final Logger LOG = LoggerFactory.getLogger(SlidingWindows.class);

  private final JobContext context;
  private final NightjarConfig config;
  private final Evaluator evaluator;
  private final JavaSparkContext spark;

  SlidingWindows(JobContext context, Evaluator evaluator) {
    this.context = context;
    this.config = context.config();
    this.evaluator = evaluator;
    this.spark = JavaSparkContext.fromSparkContext(context.spark().sparkContext());
  }

  /**
   * Judges the earlier windows.
   *
   * @param newest what was judged on the newest one
   * @return all windows, oldest first; empty for another strategy. A window that has nothing to
   *     learn from, or nothing to be judged on, is left out with a warning
   */
  List<WindowMetrics> judge(List<ModelMetrics> newest) throws IOException {
    List<Window> windows = HeldOutParts.windows(context);
    List<WindowMetrics> judged = new ArrayList<>();
    for (int w = 0; w < windows.size() - 1; w++) {
      LOG.info(
          "window {} ({} of {}): training its own models",
          windows.get(w).window().days(),
          w + 1,
          windows.size());
      judgeEarlier(windows.get(w)).ifPresent(judged::add);
    }
    if (!windows.isEmpty()) {
      judged.add(new WindowMetrics(windows.get(windows.size() - 1).window(), newest));
    }
    return judged;
  }

  private Optional<WindowMetrics> judgeEarlier(Window parts) throws IOException {
    SequenceSplit split = parts.split();
    Vocabulary items =
        VocabularyBuilder.load(
            new VocabularyBuilder(config.vocabulary()).build(context.spark(), parts.trained()));
    if (items.items() == 0 || split.train().isEmpty() || split.test().isEmpty()) {
      LOG.warn(
          "window {} is left out: {} items before it, {} sequences to be judged on",
          parts.window().days(),
          items.items(),
          split.test().count());
      return Optional.empty();
    }
    Broadcast<Vocabulary> vocabulary = spark.broadcast(items);
    Contest contest = contest(parts, vocabulary);
    Dataset<Row> test = Evaluator.withKnownUsers(split.test(), parts.trained()).cache();
    List<ModelMetrics> judged = new ArrayList<>();
    for (Ranker ranker : contest.rankers()) {
      ModelMetrics row = evaluator.evaluate(ranker, test, vocabulary);
      LOG.info(
          "window {}: {}", parts.window().days(), row.summary(config.evaluation().gate().metric()));
      judged.add(row);
    }
    test.unpersist();
    vocabulary.destroy();
    return Optional.of(new WindowMetrics(parts.window(), judged));
  }

  /** Trains what is judged on an earlier window. */
  private Contest contest(Window parts, Broadcast<Vocabulary> vocabulary) throws IOException {
    Vocabulary items = vocabulary.value();
    SequenceSplit split = parts.split();
    String checkpoints = context.runId() + "-window-" + parts.window().from().getEpochSecond();
    String refitted = checkpoints + "-refit";
    Trained selection;
    Trained network;
    try (NetworkTraining training =
        new NetworkTraining(
            context, NetworkTraining.shape(config.model(), items), items, Optional.empty())) {
      selection = training.train(checkpoints, split.train(), split.validation(), config.training());
      network =
          config.training().refit() && !split.validation().isEmpty()
              ? training.refit(refitted, parts.trained(), selection.curve(), config.training())
              : selection;
    }
    NetworkTraining.checkpoints(context, checkpoints, items).clear();
    NetworkTraining.checkpoints(context, refitted, items).clear();
    return Contest.prepare(
        context,
        new LstmRanker(selection.network()),
        new LstmRanker(network.network()),
        split,
        parts.trained(),
        vocabulary);
  }

  /**
   * Adds {@code windows} and {@code window_means} to a report; nothing where there are no windows.
   */
  static void addTo(JobReport report, List<WindowMetrics> windows) {
    if (windows.isEmpty()) {
      return;
    }
    ArrayNode rows = report.json().putArray("windows");
    for (WindowMetrics window : windows) {
      ObjectNode row = rows.addObject();
      row.put("from", window.window().from().toString());
      row.put("until", window.window().until().toString());
      row.put("cases", window.cases());
      ArrayNode models = row.putArray("models");
      for (ModelMetrics model : window.models()) {
        ObjectNode metrics = models.addObject().put("name", model.name());
        model.metrics().forEach(metrics::put);
      }
    }
    ArrayNode means = report.json().putArray("window_means");
    for (WindowMeans model : WindowMeans.of(windows)) {
      ObjectNode row = means.addObject().put("name", model.model()).put("windows", model.windows());
      model
          .means()
          .forEach(
              (metric, mean) ->
                  row.putObject(metric)
                      .put("mean", mean)
                      .put("deviation", model.deviations().get(metric)));
    }
  }
}
