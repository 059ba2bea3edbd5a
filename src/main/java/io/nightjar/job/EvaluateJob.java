package io.nightjar.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.clicks.InputException;
import io.nightjar.config.EvaluationConfig;
import io.nightjar.evaluation.BlendRanker;
import io.nightjar.evaluation.BlendWeights;
import io.nightjar.evaluation.Evaluator;
import io.nightjar.evaluation.Gate;
import io.nightjar.evaluation.Gate.Verdict;
import io.nightjar.evaluation.JudgeSettings;
import io.nightjar.evaluation.LstmRanker;
import io.nightjar.evaluation.ModelMetrics;
import io.nightjar.evaluation.Ranker;
import io.nightjar.evaluation.SampleUsers;
import io.nightjar.evaluation.SampleUsers.Sample;
import io.nightjar.evaluation.WindowMetrics;
import io.nightjar.sessions.SequenceSplit;
import io.nightjar.training.ModelInUse;
import io.nightjar.training.ModelManifest;
import io.nightjar.training.TrainingCurve;
import io.nightjar.vocabulary.Vocabulary;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The model, its baselines and their blend are judged on what was held out; the gate decides. */
public final class EvaluateJob implements Job {
  private static final Logger LOG = LoggerFactory.getLogger(EvaluateJob.class);
  private static final String IN_USE = "in-use";

  @Override
  public String name() {
    return "evaluate";
  }

  @Override
  public JobReport run(JobContext context) throws IOException {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(context.spark().sparkContext());
    EvaluationConfig evaluation = context.config().evaluation();
    RecommendingModel model = RecommendingModel.load(context, context.runId());
    Broadcast<Vocabulary> vocabulary = spark.broadcast(model.vocabulary());

    // The models: the network, the baselines on the same part, their blend.
    SequenceSplit split = HeldOutParts.of(context);
    Dataset<Row> trained = HeldOutParts.trained(context);
    Contest contest = contest(context, model, split, trained, vocabulary);

    // The judgement, on the newest data.
    Evaluator evaluator =
        new Evaluator(
            spark, JudgeSettings.of(evaluation, context.config().seed()), context.clock());
    Dataset<Row> test = Evaluator.withKnownUsers(split.test(), trained).cache();
    List<ModelMetrics> judged = new ArrayList<>();
    for (Ranker ranker : contest.rankers()) {
      judged.add(evaluator.evaluate(ranker, test, vocabulary));
      LOG.info("{}", judged.get(judged.size() - 1).summary(evaluation.gate().metric()));
    }
    List<WindowMetrics> windows = new SlidingWindows(context, evaluator).judge(judged);
    Optional<ModelMetrics> inUse = inUse(context, evaluator, test, trained);

    // The verdict.
    Verdict verdict = verdict(context, contest, judged, inUse);
    inUse.ifPresent(judged::add);
    if (verdict.accepted()) {
      putInUse(context, model, contest.weights(), verdict);
    }
    LOG.info("gate: {}", verdict.sentence());

    // What others read.
    JobReport report = report(model, contest, judged, verdict);
    SlidingWindows.addTo(report, windows);
    List<Sample> samples =
        SampleUsers.of(
            contest.rankers().get(0),
            test,
            model.vocabulary(),
            JudgeSettings.of(evaluation, context.config().seed()),
            evaluation.sampleUsers());
    report.with(
        "path",
        new MetricsReport(context, judged, windows)
            .publish(
                report.json(),
                model.stored().manifest().curve(),
                samples,
                model.vocabulary().items()));
    test.unpersist();
    vocabulary.destroy();
    return report;
  }

  private static Contest contest(
      JobContext context,
      RecommendingModel model,
      SequenceSplit split,
      Dataset<Row> trained,
      Broadcast<Vocabulary> vocabulary)
      throws IOException {
    String selection = TrainJob.selectionOf(context);
    LstmRanker unrefitted =
        context.config().training().refit() && RecommendingModel.store(context).has(selection)
            ? RecommendingModel.load(context, selection).network()
            : model.network();
    return Contest.prepare(context, unrefitted, model.network(), split, trained, vocabulary);
  }

  /** The model in use, judged on the same cases with its own vocabulary; none if it is this one. */
  private static Optional<ModelMetrics> inUse(
      JobContext context, Evaluator evaluator, Dataset<Row> test, Dataset<Row> trained)
      throws IOException {
    Optional<ModelInUse> current = ModelInUse.read(context.warehouse(), context.documents());
    if (current.isEmpty() || current.get().version().equals(context.runId())) {
      return Optional.empty();
    }
    try {
      RecommendingModel model = RecommendingModel.load(context, current.get().version());
      JavaSparkContext spark = JavaSparkContext.fromSparkContext(context.spark().sparkContext());
      Broadcast<Vocabulary> vocabulary = spark.broadcast(model.vocabulary());
      ModelMetrics metrics =
          evaluator.evaluate(model.ranker(context, trained), test, vocabulary).named(IN_USE);
      vocabulary.destroy();
      return Optional.of(metrics);
    } catch (InputException e) {
      LOG.warn("the model in use cannot be judged: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private static Verdict verdict(
      JobContext context,
      Contest contest,
      List<ModelMetrics> judged,
      Optional<ModelMetrics> inUse) {
    EvaluationConfig evaluation = context.config().evaluation();
    List<String> baselines =
        contest.baselines().stream().map(fitted -> fitted.ranker().name()).toList();
    Verdict verdict =
        new Gate(evaluation.gate(), evaluation.k().get(evaluation.k().size() - 1))
            .judge(
                judged.get(0),
                judged.stream().filter(row -> baselines.contains(row.name())).toList(),
                inUse);
    return context.force() && !verdict.passed() ? verdict.force() : verdict;
  }

  private static void putInUse(
      JobContext context, RecommendingModel model, BlendWeights weights, Verdict verdict)
      throws IOException {
    ModelManifest manifest = model.stored().manifest();
    JsonNode blend = weights.isBlend() ? weights.toJson() : null;
    RecommendingModel.store(context).update(manifest.withBlend(blend));
    new ModelInUse(manifest.version(), context.runId(), verdict.forced())
        .write(context.warehouse(), context.documents());
  }

  private static JobReport report(
      RecommendingModel model, Contest contest, List<ModelMetrics> judged, Verdict verdict) {
    JobReport report =
        JobReport.empty()
            .with("version", model.stored().manifest().version())
            .with("cases", judged.get(0).cases())
            .with("unknown_targets", judged.get(0).unknownTargets())
            .with("gate", Map.of("accepted", verdict.accepted(), "forced", verdict.forced()));
    ((ObjectNode) report.json().path("gate")).put("verdict", verdict.sentence());
    BlendWeights blend = contest.isBlend() ? contest.weights() : BlendWeights.none();
    report.with("blend", blend.parts());
    report.with("blend_hidden_units", blend.hiddenUnits().size());
    ArrayNode rows = report.json().putArray("models");
    for (ModelMetrics row : judged) {
      ObjectNode metrics = rows.addObject().put("name", row.name());
      row.metrics().forEach(metrics::put);
      metrics.put("fit_s", fitSeconds(row.name(), model, contest));
      metrics.put("events_per_s", row.casesPerSecond());
    }
    return report;
  }

  private static double fitSeconds(String name, RecommendingModel model, Contest contest) {
    double network =
        model.stored().manifest().curve().epochs().stream()
            .mapToDouble(TrainingCurve.Epoch::seconds)
            .sum();
    double baselines =
        contest.baselines().stream()
            .filter(fitted -> contest.weights().uses(fitted.ranker().name()))
            .mapToDouble(fitted -> fitted.fitSeconds())
            .sum();
    return switch (name) {
      case LstmRanker.NAME -> network;
      case BlendRanker.NAME -> network + baselines + contest.weighingSeconds();
      default ->
          contest.baselines().stream()
              .filter(fitted -> fitted.ranker().name().equals(name))
              .mapToDouble(fitted -> fitted.fitSeconds())
              .sum();
    };
  }
}
