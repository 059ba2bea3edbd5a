package io.nightjar.evaluation;

import io.nightjar.config.SessionKnnConfig;
import java.util.Arrays;

/** Finds the neighbours of a history and lets them vote; see {@link SessionKnn}. */
final class SessionKnnScorer extends SparseScorer {
  private final SessionKnnConfig settings;
  private final int[][] sessions;
  private final int[][] lastPositions;
  private final float[] sessionWeights;
  private final int[][] sessionsOfItem;
  private final float[] itemWeights;
  private final float[] distanceWeights;

  /** Sum of the weights of the items that a session shares with the history. */
  private final float[] shared;

  /** Events since the newest item that a session shares with the history. */
  private final int[] newestShared;

  /** Where an item stands in the history, from the newest (0) on, plus 1; 0 for the others. */
  private final int[] agePlusOne;

  SessionKnnScorer(
      SessionKnnConfig settings,
      int[][] sessions,
      int[][] lastPositions,
      float[] sessionWeights,
      int[][] sessionsOfItem,
      float[] itemWeights) {
    super(sessionsOfItem.length);
    this.settings = settings;
    this.sessions = sessions;
    this.lastPositions = lastPositions;
    this.sessionWeights = sessionWeights;
    this.sessionsOfItem = sessionsOfItem;
    this.itemWeights = itemWeights;
    this.shared = new float[sessions.length];
    this.newestShared = new int[sessions.length];
    this.agePlusOne = new int[sessionsOfItem.length];
    int longest = Arrays.stream(sessions).mapToInt(session -> session.length).max().orElse(0);
    this.distanceWeights = new float[longest + 1];
    for (int distance = 0; distance <= longest; distance++) {
      distanceWeights[distance] = (float) SessionKnn.decay(distance, settings.distanceDecay());
    }
  }

  @Override
  void weigh(int[] sequence, int length, Weights weights) {
    int from = Math.max(0, length - settings.lastItems());
    for (int i = from; i < length; i++) {
      agePlusOne[sequence[i]] = length - i;
    }
    int[] candidates = candidates(sequence, from, length);
    for (int session : neighbours(candidates)) {
      vote(session, weights);
    }
    for (int session : candidates) {
      shared[session] = 0;
    }
    for (int i = from; i < length; i++) {
      agePlusOne[sequence[i]] = 0;
    }
  }

  /** The newest sessions that share an item with the history, their similarity summed up. */
  private int[] candidates(int[] sequence, int from, int length) {
    int[] found = new int[64];
    int count = 0;
    for (int i = length - 1; i >= from; i--) {
      int age = length - 1 - i;
      if (agePlusOne[sequence[i]] != age + 1) {
        continue; // The item comes again later in the history.
      }
      float weight = (float) SessionKnn.decay(age, settings.positionDecay());
      for (int session : sessionsOfItem[sequence[i]]) {
        if (shared[session] == 0) {
          found = count < found.length ? found : Arrays.copyOf(found, 2 * count);
          found[count++] = session;
          newestShared[session] = age;
        }
        shared[session] += weight;
      }
    }
    int[] newestFirst = Arrays.copyOf(found, count);
    Arrays.sort(newestFirst);
    for (int i = settings.sample(); i < count; i++) {
      shared[newestFirst[i]] = 0;
    }
    return Arrays.copyOf(newestFirst, Math.min(count, settings.sample()));
  }

  /** The most similar candidates; of equals the newer ones. */
  private int[] neighbours(int[] candidates) {
    if (candidates.length <= settings.neighbours()) {
      return candidates;
    }
    long[] ordered = new long[candidates.length];
    for (int i = 0; i < candidates.length; i++) {
      // Similarities are not negative, so that their bits are in the order of their values.
      long bits = Float.floatToIntBits(similarity(candidates[i]));
      ordered[i] = -bits << Integer.SIZE | candidates[i];
    }
    Arrays.sort(ordered);
    return Arrays.stream(ordered, 0, settings.neighbours()).mapToInt(key -> (int) key).toArray();
  }

  private float similarity(int session) {
    return shared[session] * sessionWeights[session];
  }

  private void vote(int session, Weights weights) {
    int[] items = sessions[session];
    int lastShared = items.length - 1;
    while (agePlusOne[items[lastShared]] == 0) {
      lastShared--;
    }
    double vote =
        similarity(session) * SessionKnn.decay(newestShared[session], settings.matchDecay());
    for (int position : lastPositions[session]) {
      double near = distanceWeights[Math.abs(position - lastShared)];
      weights.add(items[position], vote * near * itemWeights[items[position]]);
    }
  }
}
