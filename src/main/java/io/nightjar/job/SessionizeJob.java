package io.nightjar.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import io.nightjar.clicks.ClickCleaner;
import io.nightjar.clicks.InputException;
import io.nightjar.clicks.LogReader;
import io.nightjar.sessions.Sessionizer;
import io.nightjar.sessions.UserSequences;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Click logs become sessions and per-user sequences; what is unusable goes to quarantine. */
public final class SessionizeJob implements Job {
  private static final Logger LOG = LoggerFactory.getLogger(SessionizeJob.class);

  @Override
  public String name() {
    return "sessionize";
  }

  @Override
  public JobReport run(JobContext context) throws IOException {
    // Judge every record.
    LogReader reader = new LogReader(context.spark(), context.config().input());
    ClickCleaner cleaner = new ClickCleaner(context.config().input(), context.date());
    Dataset<Row> judged =
        cleaner.clean(reader.read("nightjar.input.paths")).persist(StorageLevel.MEMORY_AND_DISK());

    // Give every click its session.
    Sessionizer sessionizer = new Sessionizer(context.config().sessions());
    Dataset<Row> clicks = judged.filter("reason is null and rule is null");
    Dataset<Row> assigned = sessionizer.assign(clicks).persist(StorageLevel.MEMORY_AND_DISK());

    Accounting rows = Accounting.of(judged, assigned);
    rows.check();
    LOG.info("{}", rows);

    // Publish what came of them.
    Dataset<Row> sessions = sessionizer.gather(assigned);
    Path quarantinePath =
        context
            .tables()
            .publish(
                judged.filter("reason is not null").select("raw", "reason", "source_file"),
                "quarantine",
                "dt",
                context.dt());
    Path sessionsPath = context.tables().publish(sessions, "sessions", "dt", context.dt());
    Dataset<Row> published = context.spark().read().parquet(sessionsPath.toString());
    Dataset<Row> sequences = new UserSequences(context.config().sessions()).join(published);
    Path sequencesPath = context.tables().publish(sequences, "sequences", "dt", context.dt());

    judged.unpersist();
    assigned.unpersist();
    return JobReport.empty()
        .with("rows_in", rows.in())
        .with("rows_out", rows.out())
        .with("quarantined", rows.quarantined())
        .with("dropped", rows.dropped())
        .with("sessions", published.count())
        .with("sequences", context.spark().read().parquet(sequencesPath.toString()).count())
        .with(
            "paths",
            Map.of(
                "sessions", sessionsPath.toString(),
                "sequences", sequencesPath.toString(),
                "quarantine", quarantinePath.toString()));
  }

  /**
   * Where every record of the log went.
   *
   * @param quarantined records by the defect that makes them unusable
   * @param dropped records by the rule that leaves them out
   */
  private record Accounting(
      long in, long out, Map<String, Long> quarantined, Map<String, Long> dropped) {

    static Accounting of(Dataset<Row> judged, Dataset<Row> assigned) {
      Map<String, Long> quarantined = counts(judged, "reason");
      Map<String, Long> dropped = counts(judged, "rule");
      counts(assigned, "rule").forEach((rule, rows) -> dropped.merge(rule, rows, Long::sum));
      return new Accounting(
          judged.count(), assigned.filter("rule is null").count(), quarantined, dropped);
    }

    private static Map<String, Long> counts(Dataset<Row> rows, String column) {
      Map<String, Long> counts = new TreeMap<>();
      rows.filter(col(column).isNotNull())
          .groupBy(column)
          .agg(count(lit(1)))
          .collectAsList()
          .forEach(row -> counts.put(row.getString(0), row.getLong(1)));
      return counts;
    }

    private static long sum(Map<String, Long> counts) {
      return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    void check() {
      if (in != out + sum(quarantined) + sum(dropped)) {
        throw new IllegalStateException("Rows were lost or made up: " + this);
      }
      if (out == 0) {
        throw new InputException(
            "Nothing is left of the log: "
                + this
                + ". Expected clicks; check nightjar.input.columns,"
                + " time-format and events, --date, and the quarantine's reasons.");
      }
    }

    @Override
    public String toString() {
      return String.format(
          "%,d records: %,d clicks in sessions, quarantined %s, dropped by rule %s",
          in, out, quarantined, dropped);
    }
  }
}
