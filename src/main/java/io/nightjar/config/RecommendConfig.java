package io.nightjar.config;

import java.io.Serializable;
import java.util.List;

/**
 * What each user gets.
 *
 * @param k items per user
 * @param mode whose lists a night makes
 * @param excludeSeen whether items of the user's history are left out
 * @param seenDays of the history, only the newest so many days are left out; 0: all of it
 * @param seenEvents of the history, only events of these types are left out; empty: all types
 * @param minHistory users with fewer known items get the fallback list
 * @param minScore no item below it, in the model's own score
 * @param allow files of item ids; empty: every item
 * @param block files of item ids
 * @param availability a csv file of item_id, from, until; or an empty text
 * @param categories a csv file of item_id, category; or an empty text
 * @param maxPerCategory items of one category in a list; 0: any number
 * @param diversity how much the items of a list are to differ
 * @param reasonHistory newest items of a history that a reason is looked for in; 0: no looking, the
 *     newest item is named
 * @param temperature of sampling without replacement; 0: no sampling
 * @param newShare share of a list that is kept for new items
 * @param newDays an item is new for so many days after it was first seen
 * @param similarItems items per item in the table of similar items; 0: no such table
 * @param batch users scored together
 */
public record RecommendConfig(
    int k,
    RecommendMode mode,
    boolean excludeSeen,
    int seenDays,
    List<String> seenEvents,
    int minHistory,
    double minScore,
    List<String> allow,
    List<String> block,
    String availability,
    String categories,
    int maxPerCategory,
    DiversityConfig diversity,
    int reasonHistory,
    double temperature,
    double newShare,
    int newDays,
    int similarItems,
    int batch)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final int MOST_K = 10_000;
  private static final int MOST_BATCH = 65_536;

  static RecommendConfig from(Section section) {
    Section newItems = section.section("new-items");
    String categories = section.text("categories");
    int maxPerCategory = section.count("max-per-category", 0, MOST_K);
    if (maxPerCategory > 0 && categories.isEmpty()) {
      throw section.wrong(
          "categories", "''", "a csv file of item_id,category, since max-per-category is set");
    }
    return new RecommendConfig(
        section.count("k", 1, MOST_K),
        section.choice("mode", RecommendMode.class),
        section.flag("exclude-seen"),
        section.count("seen-days", 0, Integer.MAX_VALUE),
        section.texts("seen-events"),
        section.count("min-history", 1, Integer.MAX_VALUE),
        section.text("min-score").equals("none")
            ? Double.NEGATIVE_INFINITY
            : section.number("min-score", -Double.MAX_VALUE, Double.MAX_VALUE),
        section.texts("allow"),
        section.texts("block"),
        section.text("availability"),
        categories,
        maxPerCategory,
        DiversityConfig.from(section.section("diversity")),
        section.count("reason-history", 0, 1000),
        section.number("temperature", 0, Double.MAX_VALUE),
        newItems.fraction("share"),
        newItems.count("days", 0, Integer.MAX_VALUE),
        section.count("similar-items", 0, MOST_K),
        section.count("batch", 1, MOST_BATCH));
  }

  /** Places of a list that are kept for new items. */
  public int newSlots() {
    return (int) (k * newShare);
  }

  /** Best items that a list is chosen from. */
  public int pool() {
    return diversity.isWanted() ? Math.min(MOST_K, k * diversity.pool()) : k;
  }
}
