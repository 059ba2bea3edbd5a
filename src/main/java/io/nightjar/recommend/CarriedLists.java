package io.nightjar.recommend;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Divides a night's users: those whose lists may stay as they are in an earlier night's table, and
 * those who have to be scored. A list stays if it was made under the same settings (model,
 * configuration, catalogue), the user's sequence is the same since, and no seen item has become old
 * enough ({@code recommend.seen-days}) to be shown again.
 */
public final class CarriedLists {
  private static final String HAS_LIST = "has_list";

  private final Recommender.Settings settings;
  private final Dataset<Row> users;
  private final Dataset<Row> earlier;

  /**
   * @param sequences the night's {@code user_id, items[], times[]}, {@code events[]} if asked for
   * @param states what {@link UserStates#fold} gave for them
   * @param earlier an earlier night's recommendations, which may be empty
   * @param earlierAsOf the instant that those are for
   */
  public CarriedLists(
      Recommender.Settings settings,
      Dataset<Row> sequences,
      Dataset<Row> states,
      Dataset<Row> earlier,
      Instant earlierAsOf) {
    this.settings = settings;
    this.earlier = earlier.filter(col("settings").equalTo(settings.fingerprint()));
    Dataset<Row> listed =
        this.earlier.filter("rank = 1").select("user_id").withColumn(HAS_LIST, lit(true));
    Column stays =
        coalesce(col(HAS_LIST), lit(false))
            .and(not(col(UserStates.CHANGED)))
            .and(col("known_events").geq(settings.recommend().minHistory()))
            .and(not(showsAgain(earlierAsOf)));
    this.users =
        sequences
            .join(
                states.select(
                    col("user_id"),
                    col("events").as("known_events"),
                    col(UserStates.STATE),
                    col(UserStates.CHANGED)),
                "user_id")
            .join(listed, "user_id", "left_outer")
            .withColumn("stays", stays);
  }

  /** Whether an item that was excluded as seen in the earlier night is not any more. */
  private Column showsAgain(Instant earlierAsOf) {
    if (!settings.recommend().excludeSeen() || settings.recommend().seenDays() == 0) {
      return lit(false);
    }
    Timestamp since = UserHistory.seenSince(settings.recommend(), settings.asOf());
    Timestamp sinceBefore = UserHistory.seenSince(settings.recommend(), earlierAsOf);
    return functions.exists(
        col("times"), time -> time.geq(lit(sinceBefore)).and(time.lt(lit(since))));
  }

  /** The sequences of the users that have to be scored, with their {@code state[]}. */
  public Dataset<Row> toScore() {
    return users
        .filter(not(col("stays")))
        .drop("known_events", UserStates.CHANGED, "stays", HAS_LIST);
  }

  /** The rows of the lists that stay, as they are. */
  public Dataset<Row> rows() {
    Column[] columns =
        Arrays.stream(Recommender.SCHEMA.fieldNames()).map(functions::col).toArray(Column[]::new);
    return earlier.join(users.filter("stays").select("user_id"), "user_id").select(columns);
  }
}
