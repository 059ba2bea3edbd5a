package io.nightjar.recommend;

import io.nightjar.clicks.Tally;
import io.nightjar.config.RecommendConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One user's list in the making: takes the scores of the catalogue block by block and keeps the
 * best items that may be shown to this user. Filters are asked only for items that score high
 * enough.
 */
final class UserList {
  /** Removals in a tally, by the filter that removed. */
  static final String REMOVED = "removed";

  private final Catalogue catalogue;
  private final int[] excluded;
  private final int k;
  private final float least;
  private final boolean isCapped;
  private final Diversity diversity;
  private final int newSlots;

  /** The best items that this user may get. */
  private final TopK best;

  private final TopK bestNew;

  /** The best items of the catalogue, whatever this user may get. */
  private final TopK unfiltered;

  /**
   * @param least no item that scores lower
   * @param excluded item indices that this user does not get, ascending
   * @param diversity null: the score alone decides
   */
  UserList(
      RecommendConfig recommend,
      float least,
      Catalogue catalogue,
      int[] excluded,
      Diversity diversity) {
    this.catalogue = catalogue;
    this.excluded = excluded;
    this.k = recommend.k();
    this.least = least;
    this.isCapped = recommend.maxPerCategory() > 0;
    this.diversity = diversity;
    this.newSlots = catalogue.fresh().isEmpty() ? 0 : recommend.newSlots();
    this.best = capped(diversity == null ? k : recommend.pool(), recommend, catalogue);
    this.bestNew = capped(k, recommend, catalogue);
    this.unfiltered = new TopK(k);
  }

  private static TopK capped(int k, RecommendConfig recommend, Catalogue catalogue) {
    return new TopK(k, Float.NEGATIVE_INFINITY, catalogue.categories(), recommend.maxPerCategory());
  }

  /** An item of a finished list; {@code isNew} where it stands there for being new. */
  record Entry(int item, float score, boolean isNew) {}

  /**
   * Takes the scores of a range of items.
   *
   * @param scores the user's row of a block starts at {@code at}
   * @param firstItem the item of the row's first score
   */
  void take(float[] scores, int at, int width, int firstItem) {
    float bar = best.bar();
    for (int i = 0; i < width; i++) {
      if (scores[at + i] >= bar) {
        if (catalogue.eligible().get(firstItem + i)) {
          unfiltered.offer(firstItem + i, scores[at + i]);
          if (!isExcluded(firstItem + i)) {
            best.offer(firstItem + i, scores[at + i]);
            bar = best.bar();
          }
        }
      }
    }
    if (newSlots > 0) {
      takeNew(scores, at - firstItem, firstItem, firstItem + width);
    }
  }

  private void takeNew(float[] scores, int shift, int from, int to) {
    for (int item = catalogue.fresh().nextSetBit(from);
        item >= 0 && item < to;
        item = catalogue.fresh().nextSetBit(item + 1)) {
      if (catalogue.eligible().get(item) && !isExcluded(item)) {
        bestNew.offer(item, scores[shift + item]);
      }
    }
  }

  private boolean isExcluded(int item) {
    return Arrays.binarySearch(excluded, item) >= 0;
  }

  /**
   * The list, in the order in which it is shown.
   *
   * @param tally gets the number of the K best items of the catalogue that are not in the list, by
   *     the filter that took them out
   */
  List<Entry> finish(Tally tally) {
    List<Entry> ranked = scoringEnough(best.drain(), false);
    Set<Integer> available = new HashSet<>();
    ranked.forEach(entry -> available.add(entry.item()));
    if (diversity != null) {
      ranked = diversity.choose(ranked, k);
    }
    List<Entry> list = newSlots == 0 ? ranked : withNewItems(ranked);
    count(list, available, tally);
    return list;
  }

  private List<Entry> scoringEnough(TopK.Ranked[] ranked, boolean isNew) {
    List<Entry> entries = new ArrayList<>(ranked.length);
    for (TopK.Ranked item : ranked) {
      if (item.score() >= least) {
        entries.add(new Entry(item.index(), item.score(), isNew));
      }
    }
    return entries;
  }

  /** The last places go to the best new items that are not in the list by their score. */
  private List<Entry> withNewItems(List<Entry> ranked) {
    List<Entry> list =
        new ArrayList<>(ranked.subList(0, Math.max(0, Math.min(ranked.size(), k - newSlots))));
    Set<Integer> byScore = new HashSet<>();
    ranked.forEach(entry -> byScore.add(entry.item()));
    List<Entry> candidates = scoringEnough(bestNew.drain(), true);
    candidates.removeIf(candidate -> byScore.contains(candidate.item()));
    candidates.addAll(ranked.subList(list.size(), ranked.size()));
    for (Entry candidate : candidates) {
      if (list.size() < k && best.fits(candidate.item(), items(list))) {
        list.add(candidate);
      }
    }
    if (diversity == null) {
      list.sort(Comparator.comparing(Entry::score).reversed().thenComparing(Entry::item));
    }
    return list;
  }

  private static int[] items(List<Entry> entries) {
    return entries.stream().mapToInt(Entry::item).toArray();
  }

  private void count(List<Entry> list, Set<Integer> available, Tally tally) {
    Set<Integer> shown = new HashSet<>();
    list.forEach(entry -> shown.add(entry.item()));
    for (TopK.Ranked item : unfiltered.drain()) {
      if (!shown.contains(item.index())) {
        tally.add(REMOVED, filterOf(item, available));
      }
    }
  }

  /** Which filter took an item out. */
  private String filterOf(TopK.Ranked item, Set<Integer> available) {
    if (isExcluded(item.index())) {
      return "seen";
    }
    if (item.score() < least) {
      return "min-score";
    }
    if (isCapped && !available.contains(item.index())) {
      return "category";
    }
    return diversity == null ? "new-items" : "diversity";
  }
}
