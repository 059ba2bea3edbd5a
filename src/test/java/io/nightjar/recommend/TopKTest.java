package io.nightjar.recommend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TopKTest {

  @Property(tries = 500)
  void keepsWhatSortingWouldKeep(
      @ForAll @IntRange(min = 1, max = 12) int k,
      @ForAll @IntRange(min = 0, max = 60) int items,
      @ForAll @IntRange(min = 0, max = 4) int cap,
      @ForAll @IntRange(min = 1, max = 5) int categoryCount,
      @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] categories = random.ints(items + 1, -1, categoryCount).toArray();
    float[] scores = new float[items];
    for (int i = 0; i < items; i++) {
      scores[i] = random.nextInt(8);
    }
    TopK inOrder = new TopK(k, 1, categories, cap);
    TopK inRanges = new TopK(k, 1, categories, cap);
    for (int item = items; item >= 1; item--) {
      inOrder.offer(item, scores[item - 1]);
    }
    inRanges.offerAll(scores, 0, items / 2, 1);
    inRanges.offerAll(scores, items / 2, items - items / 2, 1 + items / 2);
    List<TopK.Ranked> expected = bruteForce(k, 1, scores, categories, cap);
    assertThat(inOrder.drain()).containsExactlyElementsOf(expected);
    assertThat(inRanges.drain()).containsExactlyElementsOf(expected);
  }

  /** Sorts everything, then takes from the top what the caps allow. */
  private static List<TopK.Ranked> bruteForce(
      int k, float least, float[] scores, int[] categories, int cap) {
    List<TopK.Ranked> sorted = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      if (scores[i] >= least) {
        sorted.add(new TopK.Ranked(i + 1, scores[i]));
      }
    }
    sorted.sort(
        Comparator.comparing(TopK.Ranked::score).reversed().thenComparing(TopK.Ranked::index));
    Map<Integer, Integer> taken = new HashMap<>();
    List<TopK.Ranked> list = new ArrayList<>();
    for (TopK.Ranked item : sorted) {
      int category = categories[item.index()];
      boolean capped = cap > 0 && category >= 0;
      if (list.size() < k && (!capped || taken.getOrDefault(category, 0) < cap)) {
        list.add(item);
        taken.merge(category, 1, Integer::sum);
      }
    }
    return list;
  }

  @Test
  void aScoreThatIsNoNumberIsNeverKept() {
    TopK best = new TopK(2);
    best.offerAll(new float[] {Float.NaN, 1, Float.NaN}, 0, 3, 1);
    best.offer(4, Float.NaN);
    assertThat(best.drain()).containsExactly(new TopK.Ranked(2, 1));
  }
}
