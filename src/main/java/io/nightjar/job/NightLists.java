package io.nightjar.job;

import io.nightjar.clicks.InputException;
import io.nightjar.clicks.PartitionTallies;
import io.nightjar.config.RecommendMode;
import io.nightjar.recommend.CarriedLists;
import io.nightjar.recommend.Catalogue;
import io.nightjar.recommend.Recommender;
import io.nightjar.recommend.UserStates;
import io.nightjar.vocabulary.Vocabulary;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The night's lists, published. In mode {@code full} everybody is scored. In mode {@code changed}
 * the LSTM goes on from the states of the night before, only users whose sequence changed are
 * scored, and the lists of the others are carried over.
 */
final class NightLists {
  private static final Logger LOG = LoggerFactory.getLogger(NightLists.class);
  private static final String DT = "dt";
  private static final String LISTS = "recommendations";
  private static final String STATES = "user_states";

  private final JobContext context;
  private final Recommender.Settings settings;
  private final Dataset<Row> sequences;
  private final Dataset<Row> items;
  private final PartitionTallies lists;
  private final PartitionTallies states;

  /**
   * @param sequences of tonight
   * @param items the vocabulary table of the model
   */
  NightLists(
      JobContext context,
      Recommender.Settings settings,
      Dataset<Row> sequences,
      Dataset<Row> items) {
    this.context = context;
    this.settings = settings;
    this.sequences = sequences.select(columnsOf(sequences));
    this.items = items;
    this.lists = PartitionTallies.register(context.spark().sparkContext(), "lists");
    this.states = PartitionTallies.register(context.spark().sparkContext(), "user states");
  }

  /** What lists are made from; types of events only where they matter. */
  private Column[] columnsOf(Dataset<Row> table) {
    List<String> columns = List.of("user_id", "items", "times");
    if (!settings.recommend().seenEvents().isEmpty()) {
      if (!Arrays.asList(table.columns()).contains("events")) {
        throw new InputException(
            "nightjar.recommend.seen-events is "
                + settings.recommend().seenEvents()
                + ", but sequences of "
                + context.dt()
                + " have no column events; run `sessionize` for it again.");
      }
      columns = List.of("user_id", "items", "times", "events");
    }
    return columns.stream().map(functions::col).toArray(Column[]::new);
  }

  /** Makes and publishes them; returns where they are. */
  Path publish(Recommender.Models models, Catalogue catalogue, Broadcast<Vocabulary> vocabulary)
      throws IOException {
    Recommender recommender = new Recommender(context.spark(), settings, lists);
    if (settings.recommend().mode() == RecommendMode.FULL) {
      return publish(recommender.recommend(sequences, models, catalogue, vocabulary));
    }

    // Where the LSTM stands after tonight, going on from where it stood.
    Optional<String> before = before();
    Path staged = context.warehouse().staging(context.runId(), STATES);
    new UserStates(context.spark(), settings, states)
        .fold(
            sequences,
            earlier(STATES, before, UserStates.none(context.spark())),
            models.encoder(),
            vocabulary)
        .write()
        .mode("overwrite")
        .parquet(staged.toString());
    Dataset<Row> folded = context.spark().read().parquet(staged.toString());

    // Lists of those who clicked, beside the lists of those who did not.
    CarriedLists carried =
        new CarriedLists(
            settings,
            sequences,
            folded,
            earlier(LISTS, before, context.spark().createDataFrame(List.of(), Recommender.SCHEMA)),
            before.map(LocalDate::parse).map(Recommender::endOf).orElse(Instant.EPOCH));
    Dataset<Row> scored = recommender.recommend(carried.toScore(), models, catalogue, vocabulary);
    Path path = publish(scored.union(carried.rows()));

    // The states last: where they are missing, the next night scores everybody.
    Column[] columns =
        Arrays.stream(UserStates.SCHEMA.fieldNames()).map(functions::col).toArray(Column[]::new);
    context.tables().publish(folded.select(columns), STATES, DT, context.dt());
    LOG.info("{} of users' sequences; {} events folded in", counts(), eventsFolded());
    return path;
  }

  /**
   * Whether an earlier night made lists by the same model, settings and catalogue, and left its
   * states: what depends on nothing else need not be made again.
   */
  boolean goesOn() throws IOException {
    Optional<String> before = before();
    return settings.recommend().mode() == RecommendMode.CHANGED
        && before.isPresent()
        && !context
            .tables()
            .read(STATES, DT, before.get(), "recommend")
            .filter(functions.col("settings").equalTo(settings.fingerprint()))
            .isEmpty();
  }

  private Path publish(Dataset<Row> rows) throws IOException {
    return context.tables().publish(rows, LISTS, DT, context.dt(), Map.of("item_id", items));
  }

  /** The newest night before this one that left its states. */
  private Optional<String> before() throws IOException {
    List<String> lists = context.tables().partitions(LISTS, DT);
    return context.tables().partitions(STATES, DT).stream()
        .filter(date -> date.compareTo(context.dt()) < 0 && lists.contains(date))
        .reduce((older, newer) -> newer);
  }

  private Dataset<Row> earlier(String table, Optional<String> date, Dataset<Row> none)
      throws IOException {
    return date.isEmpty() ? none : context.tables().read(table, DT, date.get(), "recommend");
  }

  /** How many items each filter took out of the K best ones of the users that were scored. */
  Map<String, Long> removed() {
    return lists.sum().group("removed");
  }

  /** Users scored, and users given the fallback list. */
  Map<String, Long> users() {
    return lists.sum().group("users");
  }

  /** Users by what had to be done for their states: unchanged, advanced, anew; empty if full. */
  Map<String, Long> counts() {
    return states.sum().group("states");
  }

  /** Events that the LSTM went through for the states of tonight. */
  long eventsFolded() {
    return states.sum().total("events");
  }
}
