package io.nightjar.recommend;

import java.util.Arrays;

/**
 * The K best of the items offered, held in a heap with the worst on top. Of equal scores the
 * smaller index, which is the more frequent item, is better; so the list never depends on the order
 * of offers.
 *
 * <p>With a cap, at most so many items of one category: an item of a full category can only take
 * the place of its category's worst. Lists with at most K items and a cap per category are the
 * independent sets of a matroid, so that exchanging one at a time is exact (Edmonds 1971).
 */
public final class TopK {
  private static final int NONE = -1;

  private final int[] indices;
  private final float[] scores;
  private final int[] categories;
  private final int cap;
  private final float least;
  private int size;

  public TopK(int k) {
    this(k, Float.NEGATIVE_INFINITY, new int[0], 0);
  }

  /**
   * @param least items that score lower are never kept
   * @param categories category by item index; negative: an item without one, which is never capped
   * @param cap most items of a category; 0: any number
   */
  public TopK(int k, float least, int[] categories, int cap) {
    this.indices = new int[k];
    this.scores = new float[k];
    this.least = least;
    this.categories = categories;
    this.cap = cap;
  }

  /** What an item has to score at least to be kept; equals may still lose by their index. */
  public float bar() {
    return size < indices.length ? least : scores[0];
  }

  /** The most items that are kept. */
  public int capacity() {
    return indices.length;
  }

  /** Whether an item's category has a place left beside these items. */
  boolean fits(int index, int[] beside) {
    if (cap == 0 || categories[index] < 0) {
      return true;
    }
    return Arrays.stream(beside).filter(other -> categories[other] == categories[index]).count()
        < cap;
  }

  /** Offers an item; a score that is no number is never kept. */
  public void offer(int index, float score) {
    if (!(score >= least) || (isFull() && !isWorse(indices[0], scores[0], index, score))) {
      return;
    }
    int rival = cap == 0 || categories[index] < 0 ? NONE : worstOfFullCategory(categories[index]);
    if (rival != NONE) {
      if (isWorse(indices[rival], scores[rival], index, score)) {
        siftDown(rival, index, score, size);
      }
    } else if (isFull()) {
      siftDown(0, index, score, size);
    } else {
      siftUp(size++, index, score);
    }
  }

  /**
   * Offers a range of items.
   *
   * @param row scores of the items, the first one at {@code at}
   */
  public void offerAll(float[] row, int at, int width, int firstItem) {
    float bar = bar();
    for (int i = 0; i < width; i++) {
      if (row[at + i] >= bar) {
        offer(firstItem + i, row[at + i]);
        bar = bar();
      }
    }
  }

  private boolean isFull() {
    return size == indices.length;
  }

  /** Where the worst item of a category is, if the category is full. */
  private int worstOfFullCategory(int category) {
    int count = 0;
    int worst = NONE;
    for (int at = 0; at < size; at++) {
      if (categories[indices[at]] == category) {
        count++;
        if (worst == NONE || isWorse(indices[at], scores[at], indices[worst], scores[worst])) {
          worst = at;
        }
      }
    }
    return count == cap ? worst : NONE;
  }

  /** An item of the list. */
  public record Ranked(int index, float score) {}

  /** Empties the heap, best item first. */
  public Ranked[] drain() {
    Ranked[] ranked = new Ranked[size];
    while (size > 0) {
      ranked[size - 1] = new Ranked(indices[0], scores[0]);
      size--;
      siftDown(0, indices[size], scores[size], size);
    }
    return ranked;
  }

  private static boolean isWorse(int index, float score, int otherIndex, float otherScore) {
    return score < otherScore || (score == otherScore && index > otherIndex);
  }

  private void siftUp(int start, int index, float score) {
    int hole = start;
    while (hole > 0) {
      int parent = (hole - 1) / 2;
      if (!isWorse(index, score, indices[parent], scores[parent])) {
        break;
      }
      indices[hole] = indices[parent];
      scores[hole] = scores[parent];
      hole = parent;
    }
    indices[hole] = index;
    scores[hole] = score;
  }

  private void siftDown(int start, int index, float score, int length) {
    int hole = start;
    for (int child = 2 * hole + 1; child < length; child = 2 * hole + 1) {
      if (child + 1 < length
          && isWorse(indices[child + 1], scores[child + 1], indices[child], scores[child])) {
        child++;
      }
      if (!isWorse(indices[child], scores[child], index, score)) {
        break;
      }
      indices[hole] = indices[child];
      scores[hole] = scores[child];
      hole = child;
    }
    indices[hole] = index;
    scores[hole] = score;
  }
}
