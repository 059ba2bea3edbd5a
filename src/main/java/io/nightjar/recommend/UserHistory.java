package io.nightjar.recommend;

import io.nightjar.config.RecommendConfig;
import io.nightjar.vocabulary.Vocabulary;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;

/**
 * What is on record of a user.
 *
 * @param known indices of the items that the model knows, oldest first
 * @param excluded indices of those that the user does not get again, ascending, each once
 * @param state where the network stands after them, {@link UserStates#SCHEMA}'s {@code state}; null
 *     where it is not on record
 */
record UserHistory(String user, int[] known, int[] excluded, float[] state) {

  /**
   * Reads a row of the sequences table.
   *
   * @param row {@code user_id, items[], times[]}, {@code events[]} where only some types of them
   *     are excluded, and {@code state[]} where it is on record
   * @param asOf the instant that lists are for
   */
  static UserHistory of(Row row, Vocabulary vocabulary, RecommendConfig recommend, Instant asOf) {
    List<String> items = row.getList(row.fieldIndex("items"));
    int[] excluded = {};
    if (recommend.excludeSeen()) {
      excluded =
          seen(row, items.size(), recommend, asOf)
              .map(i -> vocabulary.index(items.get(i)))
              .filter(index -> index != Vocabulary.PADDING)
              .sorted()
              .distinct()
              .toArray();
    }
    return new UserHistory(
        row.getString(row.fieldIndex("user_id")),
        vocabulary.indicesOfKnown(items),
        excluded,
        state(row));
  }

  /** Positions of the events whose items are excluded. */
  private static IntStream seen(Row row, int length, RecommendConfig recommend, Instant asOf) {
    Timestamp since = seenSince(recommend, asOf);
    List<Timestamp> times = row.getList(row.fieldIndex("times"));
    IntStream recent = IntStream.range(0, length).filter(i -> !times.get(i).before(since));
    if (recommend.seenEvents().isEmpty()) {
      return recent;
    }
    List<String> events = row.getList(row.fieldIndex("events"));
    return events == null
        ? IntStream.empty()
        : recent.filter(i -> recommend.seenEvents().contains(events.get(i)));
  }

  /** From when on events exclude their items. */
  static Timestamp seenSince(RecommendConfig recommend, Instant asOf) {
    return recommend.seenDays() == 0
        ? new Timestamp(Long.MIN_VALUE)
        : Timestamp.from(asOf.minus(recommend.seenDays(), ChronoUnit.DAYS));
  }

  private static float[] state(Row row) {
    if (!List.of(row.schema().fieldNames()).contains(UserStates.STATE)) {
      return null;
    }
    List<Float> numbers = row.getList(row.fieldIndex(UserStates.STATE));
    float[] state = new float[numbers.size()];
    for (int i = 0; i < state.length; i++) {
      state[i] = numbers.get(i);
    }
    return state;
  }
}
