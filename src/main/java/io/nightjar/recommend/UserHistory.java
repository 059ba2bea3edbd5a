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
 */
record UserHistory(String user, int[] known, int[] excluded) {

  /**
   * Reads a row of the sequences table.
   *
   * @param row {@code user_id, items[], times[]}
   * @param asOf the instant that lists are for
   */
  static UserHistory of(Row row, Vocabulary vocabulary, RecommendConfig recommend, Instant asOf) {
    List<String> items = row.getList(1);
    int[] excluded = {};
    if (recommend.excludeSeen()) {
      Timestamp since =
          recommend.seenDays() == 0
              ? new Timestamp(Long.MIN_VALUE)
              : Timestamp.from(asOf.minus(recommend.seenDays(), ChronoUnit.DAYS));
      List<Timestamp> times = row.getList(2);
      excluded =
          IntStream.range(0, items.size())
              .filter(i -> !times.get(i).before(since))
              .map(i -> vocabulary.index(items.get(i)))
              .filter(index -> index != Vocabulary.PADDING)
              .sorted()
              .distinct()
              .toArray();
    }
    return new UserHistory(row.getString(0), vocabulary.indicesOfKnown(items), excluded);
  }
}
