package io.nightjar.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.clicks.InputException;
import io.nightjar.clicks.NightCounts;
import io.nightjar.clicks.Tally;
import io.nightjar.config.ProfileConfig;
import io.nightjar.config.Scope;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the night's data looks like, beside the nights before: {@code profiles/dt=/profile.json},
 * with the mean of those nights next to each figure.
 */
final class NightProfile {
  private static final Logger LOG = LoggerFactory.getLogger(NightProfile.class);

  private static final String TABLE = "profiles";
  private static final String EVENTS = "events";
  private static final String BY_TYPE = "events_by_type";
  private static final String BY_HOUR = "events_by_hour";
  private static final String QUARANTINED = "quarantined_share";
  private static final String PERCENTILES = "array(0.5, 0.9, 0.99)";
  private static final double MICROS_PER_MINUTE = 60e6;

  private final ObjectNode tonight;
  private final List<JsonNode> nightsBefore;

  private NightProfile(ObjectNode tonight, List<JsonNode> nightsBefore) {
    this.tonight = tonight;
    this.nightsBefore = nightsBefore;
  }

  /** The profile of the night in staging. */
  static NightProfile of(
      JobContext context,
      NightAccounting rows,
      Tally read,
      Tally cut,
      Dataset<Row> sessionized,
      Optional<Dataset<Row>> earlierSequences)
      throws IOException {
    Dataset<Row> table = sessionized.filter("kept");
    Row sessions =
        table
            .select(
                expr("percentile_approx(size(items), " + PERCENTILES + ", 1000)"),
                expr(
                    "percentile_approx(unix_micros(end) - unix_micros(start), "
                        + PERCENTILES
                        + ", 1000)"))
            .first();
    Novelty items = Novelty.of(table, earlierSequences, explode(col("items")));
    ObjectNode tonight =
        JobReport.empty()
            .with("date", context.dt())
            .with("records", rows.in())
            .with(EVENTS, read.total(NightCounts.EVENT))
            .with(BY_TYPE, read.group(NightCounts.EVENT))
            .with(BY_HOUR, read.group(NightCounts.HOUR))
            .with(QUARANTINED, rows.quarantinedShare())
            .with("users", cut.total(NightCounts.USERS))
            .with("items", items.all())
            .with("sessions", rows.sessions())
            .with("session_length", percentiles(sessions.<Integer>getList(0), 1))
            .with("session_minutes", percentiles(sessions.<Long>getList(1), MICROS_PER_MINUTE))
            .json();
    if (earlierSequences.isPresent()) {
      tonight.put("new_items_share", items.newShare());
      // With session scope nobody is known from an earlier night.
      if (context.config().sessions().scope() == Scope.USER) {
        tonight.put(
            "new_users_share", Novelty.of(table, earlierSequences, col("user_id")).newShare());
      }
    }
    return new NightProfile(tonight, before(context));
  }

  private static Map<String, Double> percentiles(List<? extends Number> values, double unit) {
    Map<String, Double> named = new TreeMap<>();
    List<String> names = List.of("p50", "p90", "p99");
    for (int i = 0; values != null && i < names.size(); i++) {
      named.put(names.get(i), values.get(i).doubleValue() / unit);
    }
    return named;
  }

  /**
   * Tonight's distinct ids.
   *
   * @param unknown those of them that no earlier sequence has
   */
  private record Novelty(long all, long unknown) {
    static Novelty of(Dataset<Row> table, Optional<Dataset<Row>> earlier, Column ids) {
      Dataset<Row> tonight = table.select(ids.as("id")).distinct();
      if (earlier.isEmpty()) {
        return new Novelty(tonight.count(), 0);
      }
      Dataset<Row> known =
          earlier.get().select(ids.as("id")).distinct().withColumn("known", lit(1));
      Row counts =
          tonight
              .join(known, new String[] {"id"}, "left")
              .select(count(lit(1)), count(col("known")))
              .first();
      return new Novelty(counts.getLong(0), counts.getLong(0) - counts.getLong(1));
    }

    double newShare() {
      return all == 0 ? 0 : (double) unknown / all;
    }
  }

  private static List<JsonNode> before(JobContext context) throws IOException {
    List<String> nights =
        context.warehouse().partitions(TABLE, "dt").stream()
            .filter(dt -> dt.compareTo(context.dt()) < 0)
            .toList();
    int most = context.config().profile().nights();
    List<JsonNode> profiles = new ArrayList<>();
    for (String dt : nights.subList(Math.max(0, nights.size() - most), nights.size())) {
      context.documents().read(path(context, dt)).ifPresent(profiles::add);
    }
    return profiles;
  }

  /**
   * Compares with the nights before; the first nights have none, and pass with a warning at most.
   *
   * @throws InputException if the night is further off than the configuration lets it be
   */
  void check(ProfileConfig limits) {
    List<String> concerns = new ArrayList<>();
    double share = tonight.path(QUARANTINED).asDouble();
    if (share > limits.mostQuarantined()) {
      concerns.add(
          String.format(
              "%.1f %% of the records are in quarantine (profile.most-quarantined = %.1f %%)",
              100 * share, 100 * limits.mostQuarantined()));
    }
    if (nightsBefore.isEmpty()) {
      concerns.forEach(
          concern -> LOG.warn("{}; there is no night before to compare with", concern));
      return;
    }
    compareEvents(limits, concerns);
    if (!limits.typeCanVanish()) {
      vanishedTypes()
          .forEach(
              type ->
                  concerns.add(
                      "there is no " + type + " event at all, unlike in every night before"));
    }
    if (!concerns.isEmpty()) {
      throw new InputException(
          "The night of "
              + tonight.path("date").asText()
              + " is far off the "
              + nightsBefore.size()
              + " before it: "
              + String.join("; ", concerns)
              + ". Nothing but its quarantine was published. Mend the log, or move the limits in"
              + " nightjar.profile if the night is sound.");
    }
  }

  private void compareEvents(ProfileConfig limits, List<String> concerns) {
    double mean = mean(night -> night.path(EVENTS).asDouble());
    double ratio = mean == 0 ? 1 : tonight.path(EVENTS).asDouble() / mean;
    boolean isTooFew = ratio < limits.leastEvents();
    boolean isTooMany = limits.mostEvents() > 0 && ratio > limits.mostEvents();
    if (isTooFew || isTooMany) {
      concerns.add(
          String.format(
              "%,d events are %.2f of the mean of %,.0f (profile.%s)",
              tonight.path(EVENTS).asLong(),
              ratio,
              mean,
              isTooFew
                  ? "least-events = " + limits.leastEvents()
                  : "most-events = " + limits.mostEvents()));
    }
  }

  private Set<String> vanishedTypes() {
    Set<String> always = new TreeSet<>();
    nightsBefore.get(0).path(BY_TYPE).fieldNames().forEachRemaining(always::add);
    nightsBefore.forEach(night -> always.removeIf(type -> !night.path(BY_TYPE).has(type)));
    always.removeIf(type -> tonight.path(BY_TYPE).has(type));
    return always;
  }

  private double mean(ToDoubleFunction<JsonNode> figure) {
    return nightsBefore.stream().mapToDouble(figure).average().orElse(0);
  }

  /** Each figure beside its mean over the nights before, for the report. */
  List<ProfileFigure> figures() {
    return ProfileFigure.of(tonight, nightsBefore);
  }

  /** Keeps the profile; returns where. */
  Path write(JobContext context) throws IOException {
    Path path = path(context, context.dt());
    ObjectNode document = tonight.deepCopy();
    nightsBefore.forEach(
        night -> document.withArray("nights_before").add(night.path("date").asText()));
    figures().stream()
        .filter(figure -> figure.meanBefore() != null)
        .forEach(
            figure ->
                document
                    .withObject("/mean_before")
                    .put(figure.name(), figure.meanBefore().doubleValue()));
    context.documents().write(path, document);
    return path;
  }

  private static Path path(JobContext context, String dt) {
    return new Path(context.warehouse().partition(TABLE, "dt", dt), "profile.json");
  }
}
