package io.nightjar.job;

import io.nightjar.clicks.ClickCleaner;
import io.nightjar.clicks.FileLedger;
import io.nightjar.clicks.LogReader;
import io.nightjar.clicks.PartitionTallies;
import io.nightjar.sessions.Sessionizer;
import io.nightjar.sessions.UserSequences;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Click logs become sessions and per-user sequences; what is unusable goes to quarantine. The
 * night's sessions are made in staging first: nothing is published before the counts agree and the
 * night's profile is found sound.
 */
public final class SessionizeJob implements Job {
  private static final Logger LOG = LoggerFactory.getLogger(SessionizeJob.class);

  private static final String SESSIONS = "sessions";
  private static final String SEQUENCES = "sequences";
  private static final String OPEN_CLICKS = "open_clicks";
  private static final String QUARANTINE = "quarantine";
  private static final String DT = "dt";

  @Override
  public String name() {
    return "sessionize";
  }

  @Override
  public JobReport run(JobContext context) throws IOException {
    // Find out what is new, and where the night before stopped.
    NightInput night = NightInput.find(context);
    LogReader reader = new LogReader(context.spark(), night.input());
    reader.check(night.files());
    Optional<Dataset<Row>> open = earlier(context, night, OPEN_CLICKS);

    // Read, judge, shuffle, sort, cut: one pass into staging, counted on the way.
    SparkContext spark = context.spark().sparkContext();
    PartitionTallies read = PartitionTallies.register(spark, "records read");
    PartitionTallies cut = PartitionTallies.register(spark, "clicks sessionized");
    ClickCleaner cleaner = night.cleaner(context);
    JavaRDD<InternalRow> clicks = reader.clicks(night.files(), cleaner, read);
    if (open.isPresent()) {
      clicks = clicks.union(Sessionizer.carriedClicks(open.get()));
    }
    Path staged = context.warehouse().staging(context.runId(), "sessionized");
    new Sessionizer(context.config().sessions(), night.input().cleaning())
        .sessionize(context.spark(), clicks, night.openFrom(), cut)
        .write()
        .options(Sessionizer.writeOptions())
        .mode("overwrite")
        .parquet(staged.toString());
    Dataset<Row> sessionized = context.spark().read().parquet(staged.toString());

    // Every record has to be somewhere, and the night has to look like a night.
    NightAccounting rows =
        NightAccounting.of(read.sum(), cut.sum(), open.map(Dataset::count).orElse(0L));
    LOG.info("{}", rows);
    Path quarantinePath =
        context
            .tables()
            .publish(quarantine(reader, night, cleaner, rows), QUARANTINE, DT, context.dt());
    rows.requireQuarantined(rows(context, QUARANTINE));
    rows.requireClicks();
    NightProfile profile =
        NightProfile.of(
            context, rows, read.sum(), cut.sum(), sessionized, earlier(context, night, SEQUENCES));
    profile.check(context.config().profile());

    // Publish; the ledger last, so that a run that dies before is simply run again.
    Dataset<Row> table = Sessionizer.table(sessionized);
    Path sessionsPath = context.tables().publish(table, SESSIONS, DT, context.dt());
    context.tables().publish(Sessionizer.openClicks(sessionized), OPEN_CLICKS, DT, context.dt());
    UserSequences sequences = new UserSequences(context.spark(), context.config().sessions());
    Path sequencesPath =
        context
            .tables()
            .publish(
                earlier(context, night, SEQUENCES)
                    .map(before -> sequences.goOn(table, before))
                    .orElseGet(() -> sequences.join(table)),
                SEQUENCES,
                DT,
                context.dt());
    Path profilePath = profile.write(context);
    remember(context, night);

    JobReport report =
        JobReport.empty()
            .with("rows_in", rows.in())
            .with("rows_out", rows.out())
            .with("quarantined", rows.quarantined())
            .with("dropped", rows.dropped())
            .with("carried_in", rows.carriedIn())
            .with("carried", rows.carried())
            .with("sessions", rows.sessions())
            .with("sequences", rows(context, SEQUENCES))
            .with("files", night.files().size())
            .with("profile", profile.figures());
    if (night.pseudonyms() != null) {
      report.with("pseudonym_key", night.pseudonyms().keyId());
    }
    return report.with(
        "paths",
        Map.of(
            SESSIONS,
            sessionsPath.toString(),
            SEQUENCES,
            sequencesPath.toString(),
            QUARANTINE,
            quarantinePath.toString(),
            "profile",
            profilePath.toString()));
  }

  /** The night's defective records; the log is read again only if it has any. */
  private static Dataset<Row> quarantine(
      LogReader reader, NightInput night, ClickCleaner cleaner, NightAccounting rows) {
    return reader.quarantine(
        rows.quarantined().isEmpty() ? List.of() : night.files(), cleaner, night.pseudonyms());
  }

  /** How many rows the night has in a table. */
  private static long rows(JobContext context, String table) throws IOException {
    return context.tables().read(table, DT, context.dt(), "sessionize").count();
  }

  private static Optional<Dataset<Row>> earlier(JobContext context, NightInput night, String table)
      throws IOException {
    return night.before().isEmpty()
        ? Optional.empty()
        : Optional.of(context.tables().read(table, DT, night.before().get(), "sessionize"));
  }

  private static void remember(JobContext context, NightInput night) throws IOException {
    if (!night.input().incremental()) {
      return;
    }
    FileLedger ledger = new FileLedger(context.warehouse(), context.documents());
    ledger.write(context.dt(), night.before(), night.files());
    if (!ledger.nightsAfter(context.dt()).isEmpty()) {
      LOG.warn(
          "{} was made again, but {} went on from what it was before; run them again, oldest first",
          context.dt(),
          ledger.nightsAfter(context.dt()));
    }
  }
}
