package io.nightjar.recommend;

import io.nightjar.config.RecommendConfig;
import io.nightjar.evaluation.Prefixes;
import io.nightjar.evaluation.Ranker;
import io.nightjar.vocabulary.Vocabulary;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Makes the lists of one task's users, a batch at a time. */
final class ListMaker implements AutoCloseable {
  private static final String POPULAR = "popular";
  private static final String NEW = "new";
  private static final String BECAUSE = "because:";

  private final Recommender.Settings settings;
  private final RecommendConfig recommend;
  private final Vocabulary vocabulary;
  private final Catalogue catalogue;
  private final Ranker.Scorer model;
  private final BlockedTopK topK;
  private final List<UserList.Entry> fallback;

  ListMaker(
      Recommender.Settings settings,
      Vocabulary vocabulary,
      Catalogue catalogue,
      Ranker model,
      Ranker popularity) {
    this.settings = settings;
    this.recommend = settings.recommend();
    this.vocabulary = vocabulary;
    this.catalogue = catalogue;
    this.model = model.open();
    this.topK = new BlockedTopK(vocabulary.size());
    try (Ranker.Scorer popular = popularity.open()) {
      this.fallback = popularItems(popular);
    }
  }

  private List<UserList.Entry> popularItems(Ranker.Scorer popular) {
    UserList list = new UserList(recommend.withoutMinScore(), catalogue, new int[0]);
    popular.prepare(Prefixes.whole(new int[][] {{Vocabulary.PADDING}}));
    topK.scan(popular, 1, (user, scores, at, width, first) -> list.take(scores, at, width, first));
    return list.finish();
  }

  /** Rows of every user's list, batch by batch as they are asked for. */
  Iterator<Row> lists(UserBatches users) {
    return new Iterator<>() {
      private Iterator<Row> batch = List.<Row>of().iterator();

      @Override
      public boolean hasNext() {
        while (!batch.hasNext() && users.hasNext()) {
          batch = lists(users.next()).iterator();
        }
        return batch.hasNext();
      }

      @Override
      public Row next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return batch.next();
      }
    };
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
      } else {
        histories.add(history);
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
        users.stream()
            .map(user -> new UserList(recommend, catalogue, user.excluded()))
            .toArray(UserList[]::new);
    model.prepare(Prefixes.whole(known));
    topK.scan(
        model,
        lists.length,
        (user, scores, at, width, first) -> {
          settings.perturb(users.get(user).user(), scores, at, width, first);
          lists[user].take(scores, at, width, first);
        });

    // Why they are the best.
    List<List<UserList.Entry>> finished = Arrays.stream(lists).map(UserList::finish).toList();
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

  private Row row(String user, int rank, UserList.Entry entry, String reason) {
    return RowFactory.create(
        user,
        rank,
        vocabulary.itemId(entry.item()),
        entry.score(),
        reason,
        settings.modelVersion(),
        Timestamp.from(settings.asOf()));
  }

  @Override
  public void close() {
    model.close();
  }
}
