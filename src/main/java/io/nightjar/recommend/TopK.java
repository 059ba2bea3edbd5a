package io.nightjar.recommend;

/**
 * The K best of the items offered, held in a heap with the worst on top. Of equal scores the
 * smaller index, which is the more frequent item, is better; so the list never depends on the order
 * of offers.
 */
public final class TopK {
  private final int[] indices;
  private final float[] scores;
  private int size;

  public TopK(int k) {
    this.indices = new int[k];
    this.scores = new float[k];
  }

  /** Offers an item; a score that is no number is never kept. */
  public void offer(int index, float score) {
    if (Float.isNaN(score)) {
      return;
    }
    if (size < indices.length) {
      siftUp(size++, index, score);
    } else if (isWorse(indices[0], scores[0], index, score)) {
      siftDown(index, score, size);
    }
  }

  /** An item of the list. */
  public record Ranked(int index, float score) {}

  /** Empties the heap, best item first. */
  public Ranked[] drain() {
    Ranked[] ranked = new Ranked[size];
    while (size > 0) {
      ranked[size - 1] = new Ranked(indices[0], scores[0]);
      size--;
      siftDown(indices[size], scores[size], size);
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

  private void siftDown(int index, float score, int length) {
    int hole = 0;
    for (int child = 1; child < length; child = 2 * hole + 1) {
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
