package io.nightjar.recommend;

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
  private final Catalogue catalogue;
  private final int[] excluded;
  private final TopK best;
  private final TopK bestNew;
  private final int newSlots;

  /**
   * @param excluded item indices that this user does not get, ascending
   */
  UserList(RecommendConfig recommend, Catalogue catalogue, int[] excluded) {
    this.catalogue = catalogue;
    this.excluded = excluded;
    this.best = empty(recommend, catalogue);
    this.bestNew = empty(recommend, catalogue);
    this.newSlots = catalogue.fresh().isEmpty() ? 0 : recommend.newSlots();
  }

  private static TopK empty(RecommendConfig recommend, Catalogue catalogue) {
    return new TopK(
        recommend.k(),
        (float) recommend.minScore(),
        catalogue.categories(),
        recommend.maxPerCategory());
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
        if (mayGet(firstItem + i)) {
          best.offer(firstItem + i, scores[at + i]);
          bar = best.bar();
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
      if (mayGet(item)) {
        bestNew.offer(item, scores[shift + item]);
      }
    }
  }

  private boolean mayGet(int item) {
    return catalogue.eligible().get(item) && Arrays.binarySearch(excluded, item) < 0;
  }

  /** The list, best first. */
  List<Entry> finish() {
    TopK.Ranked[] ranked = best.drain();
    List<Entry> entries = new ArrayList<>(ranked.length);
    for (TopK.Ranked item : ranked) {
      entries.add(new Entry(item.index(), item.score(), false));
    }
    return newSlots == 0 ? entries : withNewItems(entries);
  }

  /** The last places go to the best new items that are not in the list by their score. */
  private List<Entry> withNewItems(List<Entry> ranked) {
    List<Entry> list =
        new ArrayList<>(
            ranked.subList(0, Math.max(0, Math.min(ranked.size(), best.capacity() - newSlots))));
    Set<Integer> byScore = new HashSet<>();
    ranked.forEach(entry -> byScore.add(entry.item()));
    List<Entry> candidates = new ArrayList<>();
    for (TopK.Ranked item : bestNew.drain()) {
      if (!byScore.contains(item.index())) {
        candidates.add(new Entry(item.index(), item.score(), true));
      }
    }
    candidates.addAll(ranked.subList(list.size(), ranked.size()));
    for (Entry candidate : candidates) {
      if (list.size() < best.capacity() && best.fits(candidate.item(), items(list))) {
        list.add(candidate);
      }
    }
    list.sort(Comparator.comparing(Entry::score).reversed().thenComparing(Entry::item));
    return list;
  }

  private static int[] items(List<Entry> entries) {
    return entries.stream().mapToInt(Entry::item).toArray();
  }
}
