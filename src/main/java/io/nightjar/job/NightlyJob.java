package io.nightjar.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.publish.Lease;
import io.nightjar.publish.Leases;
import io.nightjar.training.ModelInUse;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All stages of the night in order, starting where a failed run of the same id stopped. Of two runs
 * for one date, one has the night; the other stops at once, exit code 3, and says which has it.
 */
public final class NightlyJob implements Job {
  private static final Logger LOG = LoggerFactory.getLogger(NightlyJob.class);
  private static final double MILLIS_PER_SECOND = 1e3;

  private final List<Job> stages;

  /** The night's stages. */
  public NightlyJob() {
    this(
        List.of(
            new SessionizeJob(),
            new VocabularyJob(),
            new TrainJob(),
            new EvaluateJob(),
            new RecommendJob()));
  }

  NightlyJob(List<Job> stages) {
    this.stages = List.copyOf(stages);
  }

  @Override
  public String name() {
    return "nightly";
  }

  @Override
  public JobReport run(JobContext context) throws IOException {
    Leases leases = new Leases(context.warehouse(), context.config().publish().leasePatience());
    try (Lease lease = leases.acquire("nightly-dt=" + context.dt(), holder(context))) {
      lease.check();
      return night(context, lease);
    }
  }

  /** Whom to ask: the run, and where its process is. */
  private static String holder(JobContext context) throws IOException {
    return "run "
        + context.runId()
        + " since "
        + context.clock().instant()
        + ", process "
        + ProcessHandle.current().pid()
        + " on "
        + InetAddress.getLocalHost().getHostName();
  }

  private JobReport night(JobContext context, Lease lease) throws IOException {
    RunManifest manifest = RunManifest.open(context);
    if (manifest.restartIfSettingsChanged(context.config().fingerprint())) {
      LOG.info("run {}: the settings changed, so every stage is done again", context.runId());
    }

    List<String> skipped = new ArrayList<>();
    JobReport night = JobReport.empty();
    for (Job stage : stages) {
      Optional<JobReport> finished = manifest.finished(stage.name());
      if (finished.isPresent()) {
        LOG.info("{}: finished before by run {}, skipped", stage.name(), context.runId());
        skipped.add(stage.name());
        night.with(stage.name(), finished.get().json().deepCopy());
        continue;
      }
      lease.check();
      JobReport report = timed(stage, context);
      night.with(stage.name(), report.json().deepCopy());
      if (!report.isModelRefused()) {
        manifest.finish(stage.name(), report);
      } else if (ModelInUse.read(context.warehouse(), context.documents()).isEmpty()) {
        LOG.warn(
            "{}: the model was refused and there is none in use; nothing is recommended",
            stage.name());
        break;
      }
    }
    // What people look for first stands at the top level: who won, and what users get.
    hoist(night, "evaluate", "models");
    hoist(night, "recommend", "sample");
    return night.with("skipped", skipped).with("manifest", manifest.path());
  }

  private static void hoist(JobReport night, String stage, String value) {
    if (night.json().path(stage) instanceof ObjectNode report && report.has(value)) {
      night.with(value, report.remove(value));
    }
  }

  private static JobReport timed(Job stage, JobContext context) throws IOException {
    LOG.info("{}: started", stage.name());
    context.spark().sparkContext().setJobGroup(stage.name(), stage.name(), false);
    Instant start = context.clock().instant();
    JobReport report = stage.run(context);
    double seconds =
        Duration.between(start, context.clock().instant()).toMillis() / MILLIS_PER_SECOND;
    LOG.info(String.format("%s: done in %.1f s", stage.name(), seconds));
    return report.with("seconds", seconds);
  }
}
