package io.nightjar.recommend;

import static java.util.stream.Collectors.groupingBy;

import com.typesafe.config.ConfigFactory;
import io.nightjar.LocalSpark;
import io.nightjar.clicks.PartitionTallies;
import io.nightjar.config.ConfigLoader;
import io.nightjar.config.RecommendConfig;
import io.nightjar.evaluation.LstmRanker;
import io.nightjar.evaluation.PopularityRanker;
import io.nightjar.network.NetworkParameters;
import io.nightjar.network.NetworkShape;
import io.nightjar.network.SequenceEncoder;
import io.nightjar.vocabulary.Vocabulary;
import io.nightjar.vocabulary.VocabularyBuilder;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** A made-up shop: a vocabulary, a network with random weights, and users with histories. */
final class Shop {
  static final int ITEMS = 700;
  static final int USERS = 60;
  static final int DIMENSIONS = 8;
  static final LocalDate DATE = LocalDate.parse("2026-11-20");

  static final Vocabulary VOCABULARY =
      Vocabulary.of(
          IntStream.rangeClosed(1, ITEMS)
              .mapToObj(i -> new Vocabulary.Entry("i" + i, 10L * ITEMS - i))
              .toList());
  static final SequenceEncoder ENCODER =
      new SequenceEncoder(
          NetworkParameters.initial(
              new NetworkShape(ITEMS + 1, DIMENSIONS, DIMENSIONS, 1, true), 3));
  static final Recommender.Models MODELS =
      new Recommender.Models(new LstmRanker(ENCODER), new PopularityRanker(VOCABULARY), ENCODER);
  static final Map<String, List<String>> HISTORIES = histories();

  private static final StructType SEQUENCES =
      new StructType()
          .add("user_id", DataTypes.StringType)
          .add("items", DataTypes.createArrayType(DataTypes.StringType))
          .add("times", DataTypes.createArrayType(DataTypes.TimestampType))
          .add("events", DataTypes.createArrayType(DataTypes.StringType));

  private Shop() {}

  /** Lists, and what was counted beside them. */
  record Lists(Map<String, List<Row>> ofUser, Map<String, Long> removed) {}

  static Lists lists(RecommendConfig config, LocalDate date, Dataset<Row> sequences) {
    PartitionTallies tallies =
        PartitionTallies.register(LocalSpark.session().sparkContext(), "lists");
    List<Row> rows =
        new Recommender(LocalSpark.session(), settings(config, date), tallies)
            .recommend(sequences, MODELS, catalogue(config), vocabulary())
            .orderBy("user_id", "rank")
            .collectAsList();
    return new Lists(
        new TreeMap<>(rows.stream().collect(groupingBy(row -> row.getString(0)))),
        tallies.sum().group("removed"));
  }

  static Recommender.Settings settings(RecommendConfig config, LocalDate date) {
    return new Recommender.Settings(config, "v1", 42, date, "settings");
  }

  static Broadcast<Vocabulary> vocabulary() {
    return JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext())
        .broadcast(VOCABULARY);
  }

  static Catalogue catalogue(RecommendConfig config) {
    return new CatalogueRules(LocalSpark.session(), config, Recommender.endOf(DATE))
        .apply(VOCABULARY, vocabularyTable());
  }

  static RecommendConfig config(String... settings) {
    List<String> overrides = new ArrayList<>();
    for (String setting : settings) {
      overrides.add("recommend." + setting);
    }
    ConfigFactory.invalidateCaches();
    return ConfigLoader.load(Optional.empty(), overrides).recommend();
  }

  /** Every user's history, one item a day up to {@link #DATE}; every third event is a purchase. */
  static Dataset<Row> sequences() {
    List<Row> rows = new ArrayList<>();
    HISTORIES.forEach((user, items) -> rows.add(sequence(user, items)));
    rows.add(sequence("stranger", List.of("unknown")));
    return table(rows);
  }

  static Row sequence(String user, List<String> items) {
    List<Timestamp> times =
        IntStream.range(0, items.size())
            .mapToObj(i -> DATE.minusDays(items.size() - 1 - i))
            .map(day -> Timestamp.valueOf(day.atTime(12, 0)))
            .toList();
    List<String> events =
        IntStream.range(0, items.size()).mapToObj(i -> i % 3 == 0 ? "purchase" : "view").toList();
    return RowFactory.create(user, items, times, events);
  }

  static Dataset<Row> table(List<Row> sequences) {
    return LocalSpark.session().createDataFrame(sequences, SEQUENCES).repartition(2);
  }

  static Dataset<Row> vocabularyTable() {
    List<Row> rows = new ArrayList<>();
    for (int i = 1; i <= ITEMS; i++) {
      Timestamp first = Timestamp.valueOf(DATE.minusDays(i > 600 ? 2 : 100).atStartOfDay());
      rows.add(RowFactory.create("i" + i, i, 10L, first, first));
    }
    return LocalSpark.session().createDataFrame(rows, VocabularyBuilder.SCHEMA);
  }

  private static Map<String, List<String>> histories() {
    SplittableRandom random = new SplittableRandom(5);
    Map<String, List<String>> histories = new TreeMap<>();
    for (int user = 0; user < USERS; user++) {
      histories.put(
          "u" + user,
          random.ints(random.nextInt(1, 12), 1, ITEMS + 1).mapToObj(i -> "i" + i).toList());
    }
    return histories;
  }

  /** Score of every item by index, straight from the formula. */
  static float[] scores(List<String> history) {
    float[] scores = new float[ITEMS + 1];
    try (SequenceEncoder.Workspace workspace = ENCODER.workspace()) {
      float[] state = workspace.lastStates(new int[][] {VOCABULARY.indicesOfKnown(history)});
      for (int item = 1; item <= ITEMS; item++) {
        scores[item] = ENCODER.outputBias()[item];
        for (int d = 0; d < DIMENSIONS; d++) {
          scores[item] += state[d] * ENCODER.outputRows()[item * DIMENSIONS + d];
        }
      }
    }
    return scores;
  }

  static List<String> items(List<Row> list) {
    return list.stream().map(row -> row.getString(2)).toList();
  }
}
