package io.nightjar.clicks;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.timestamp_micros;
import static org.apache.spark.sql.functions.to_date;
import static org.apache.spark.sql.functions.to_timestamp;
import static org.apache.spark.sql.functions.trim;
import static org.apache.spark.sql.functions.when;

import io.nightjar.config.InputConfig;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Judges every record of a log and drops none: the result has a row for each record, with a {@code
 * reason} where a defect makes it unusable (it belongs in quarantine) or a {@code rule} where the
 * configuration leaves it out. A row with neither is a click.
 *
 * <p>Columns: {@code raw, source_file, user_id, item_id, time} (timestamp), {@code event, session,
 * rating} (double), {@code reason, rule}.
 */
public final class ClickCleaner {
  /** Why a record is unusable. */
  public static final String MALFORMED = "malformed";

  public static final String MISSING_USER = "missing-user";
  public static final String MISSING_SESSION = "missing-session";
  public static final String MISSING_ITEM = "missing-item";
  public static final String UNPARSABLE_TIME = "unparsable-time";
  public static final String TIME_TOO_EARLY = "time-too-early";
  public static final String TIME_IN_FUTURE = "time-in-future";

  /** Which rule leaves a usable record out. */
  public static final String RULE_EVENT_TYPE = "event-type";

  public static final String RULE_BOT = "bot";

  private final InputConfig input;
  private final LocalDate date;

  /**
   * @param date the day that the run is for; what lies after its end is from the future
   */
  public ClickCleaner(InputConfig input, LocalDate date) {
    this.input = input;
    this.date = date;
  }

  /** One judged row per record. */
  public Dataset<Row> clean(RawRecords records) {
    Dataset<Row> typed =
        records
            .rows()
            .select(
                col("raw"),
                col("source_file"),
                col("malformed"),
                present("user").as("user_id"),
                present("item").as("item_id"),
                timestamp(records.timeFormat()).as("time"),
                present("event").as("event"),
                present("session").as("session"),
                col("rating").cast("double").as("rating"));
    Dataset<Row> judged =
        typed
            .withColumn("reason", defect())
            .withColumn("rule", when(col("reason").isNull().and(isOtherEvent()), RULE_EVENT_TYPE))
            .drop("malformed");
    return input.botEventsPerDay() == 0 || input.columns().user().isEmpty()
        ? judged
        : markBots(judged);
  }

  private static Column present(String name) {
    Column trimmed = trim(col(name));
    return when(trimmed.isNotNull().and(trimmed.notEqual("")), trimmed);
  }

  private static Column timestamp(String format) {
    Column text = trim(col("time"));
    return switch (format) {
      case "epoch-seconds" -> fromNumber(text, 1_000_000);
      case "epoch-millis" -> fromNumber(text, 1_000);
      case "iso-8601" ->
          when(text.rlike("^\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}"), to_timestamp(text));
      default -> to_timestamp(text, format);
    };
  }

  private static Column fromNumber(Column text, int microsPerUnit) {
    Column micros = text.cast("decimal(26,6)").multiply(lit(microsPerUnit)).cast("bigint");
    return timestamp_micros(micros);
  }

  private Column defect() {
    Instant earliest = input.earliest().atStartOfDay(ZoneOffset.UTC).toInstant();
    Instant latest =
        date.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant().plus(input.futureTolerance());
    Column missingOwner =
        input.columns().user().isEmpty()
            ? when(col("session").isNull(), MISSING_SESSION)
            : when(col("user_id").isNull(), MISSING_USER);
    return coalesce(
        when(col("malformed"), MALFORMED),
        missingOwner,
        when(col("item_id").isNull(), MISSING_ITEM),
        when(col("time").isNull(), UNPARSABLE_TIME),
        when(col("time").lt(Timestamp.from(earliest)), TIME_TOO_EARLY),
        when(col("time").geq(Timestamp.from(latest)), TIME_IN_FUTURE));
  }

  private Column isOtherEvent() {
    if (input.events().isEmpty() || input.columns().event().isEmpty()) {
      return lit(false);
    }
    Object[] wanted =
        input.events().stream().map(event -> event.toLowerCase(Locale.ROOT)).toArray();
    return coalesce(lower(col("event")).isin(wanted).unary_$bang(), lit(true));
  }

  private Dataset<Row> markBots(Dataset<Row> judged) {
    Column day = to_date(col("time"));
    Dataset<Row> bots =
        judged
            .filter(col("reason").isNull())
            .groupBy(col("user_id").as("bot_id"), day.as("bot_day"))
            .count()
            .filter(col("count").gt(input.botEventsPerDay()))
            .select("bot_id", "bot_day");
    return judged
        .join(
            broadcast(bots),
            col("user_id").equalTo(col("bot_id")).and(day.equalTo(col("bot_day"))),
            "left")
        .withColumn(
            "rule",
            coalesce(
                col("rule"), when(col("reason").isNull().and(col("bot_id").isNotNull()), RULE_BOT)))
        .drop("bot_id", "bot_day");
  }
}
