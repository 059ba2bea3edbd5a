package io.nightjar.recommend;

import io.nightjar.clicks.PartitionTallies;
import io.nightjar.clicks.Tally;
import io.nightjar.config.RecommendConfig;
import io.nightjar.evaluation.Prefixes;
import io.nightjar.evaluation.Ranker;
import io.nightjar.network.SequenceEncoder;
import io.nightjar.vocabulary.Vocabulary;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Makes the lists of one task's users, a batch at a time. */
final class ListMaker implements AutoCloseable {
  private static final String POPULAR = "popular";
  private static final String NEW = "new";
  private static final String BECAUSE = "because:";

  /** Users in the tally: scored, or given the fallback list. */
  static final String USERS = "users";

  private final Recommender.Settings settings;
  private final RecommendConfig recommend;
  private final Vocabulary vocabulary;
  private final Catalogue catalogue;
  private final SequenceEncoder encoder;
  private final Ranker.Scorer model;
  private final Diversity diversity;
  private final BlockedTopK topK;
  private final List<UserList.Entry> fallback;
  private final Tally tally = new Tally();

  /**
   * @param diversity null: the score alone decides
   */
  ListMaker(
      Recommender.Settings settings,
      Vocabulary vocabulary,
      Catalogue catalogue,
      Recommender.Models models,
      Diversity diversity) {
    this.settings = settings;
    this.recommend = settings.recommend();
    this.vocabulary = vocabulary;
    this.catalogue = catalogue;
    this.encoder = models.encoder();
    this.model = models.personal().open();
    this.diversity = diversity;
    this.topK = new BlockedTopK(vocabulary.size());
    try (Ranker.Scorer popular = models.popularity().open()) {
      this.fallback = popularItems(popular);
    }
  }

  /** Scores of popularity are not the model's, and have no least one. */
  private List<UserList.Entry> popularItems(Ranker.Scorer popular) {
    UserList list = new UserList(recommend, Float.NEGATIVE_INFINITY, catalogue, new int[0], null);
    popular.prepare(Prefixes.whole(new int[][] {{Vocabulary.PADDING}}));
    topK.scan(popular, 1, (user, scores, at, width, first) -> list.take(scores, at, width, first));
    return list.finish(new Tally());
  }

  /**
   * Rows of every user's list, batch by batch as they are asked for.
   *
   * @param tallies gets the task's counts at its end
   */
  Iterator<Row> lists(UserBatches users, PartitionTallies tallies) {
    return new RowsByBatch<>(users, this::lists, () -> tallies.report(tally));
  }

  /** The list for everybody without one of their own. */
  List<Row> fallback(String user) {
    List<Row> rows = new ArrayList<>(fallback.size());
    for (UserList.Entry entry : fallback) {
      rows.add(row(user, rows.size() + 1, entry, entry.isNew() ? NEW : POPULAR));
    }
    return rows;
  }

  private List<Row> lists(List<Row> users) {
    List<Row> rows = new ArrayList<>();
    List<UserHistory> histories = new ArrayList<>(users.size());
    for (Row user : users) {
      UserHistory history = UserHistory.of(user, vocabulary, recommend, settings.asOf());
      if (history.known().length < recommend.minHistory()) {
        rows.addAll(fallback(history.user()));
        tally.add(USERS, "fallback");
      } else {
        histories.add(history);
        tally.add(USERS, "scored");
      }
    }
    if (!histories.isEmpty()) {
      rows.addAll(personal(histories));
    }
    return rows;
  }

  private List<Row> personal(List<UserHistory> users) {
    // The best items of the catalogue.
    int[][] known = users.stream().map(UserHistory::known).toArray(int[][]::new);
    UserList[] lists =
        users.stream().map(user -> newList(user.excluded())).toArray(UserList[]::new);
    model.prepare(prefixes(users, known));
    topK.scan(
        model,
        lists.length,
        (user, scores, at, width, first) -> {
          settings.perturb(users.get(user).user(), scores, at, width, first);
          lists[user].take(scores, at, width, first);
        });

    // Why they are the best.
    List<List<UserList.Entry>> finished =
        Arrays.stream(lists).map(list -> list.finish(tally)).toList();
    int[][] items =
        finished.stream()
            .map(list -> list.stream().mapToInt(UserList.Entry::item).toArray())
            .toArray(int[][]::new);
    int[][] reasons = new Reasons(model, recommend.reasonHistory()).of(known, items);

    List<Row> rows = new ArrayList<>(users.size() * recommend.k());
    for (int user = 0; user < lists.length; user++) {
      for (int i = 0; i < items[user].length; i++) {
        UserList.Entry entry = finished.get(user).get(i);
        String reason = entry.isNew() ? NEW : BECAUSE + vocabulary.itemId(reasons[user][i]);
        rows.add(row(users.get(user).user(), i + 1, entry, reason));
      }
    }
    return rows;
  }

  private UserList newList(int[] excluded) {
    return new UserList(recommend, (float) recommend.minScore(), catalogue, excluded, diversity);
  }

  /** What the model scores; where its states are on record it does not go through them again. */
  private Prefixes prefixes(List<UserHistory> users, int[][] known) {
    Prefixes whole = Prefixes.whole(known);
    if (users.get(0).state() == null) {
      return whole;
    }
    float[] outputs = new float[users.size() * encoder.hidden()];
    for (int user = 0; user < known.length; user++) {
      float[] output = encoder.output(users.get(user).state());
      System.arraycopy(output, 0, outputs, user * output.length, output.length);
    }
    return whole.withStates(outputs);
  }

  private Row row(String user, int rank, UserList.Entry entry, String reason) {
    return RowFactory.create(
        user,
        rank,
        vocabulary.itemId(entry.item()),
        entry.score(),
        reason,
        settings.modelVersion(),
        Timestamp.from(settings.asOf()),
        settings.fingerprint());
  }

  @Override
  public void close() {
    model.close();
  }
}
