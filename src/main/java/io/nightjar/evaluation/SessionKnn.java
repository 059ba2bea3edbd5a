package io.nightjar.evaluation;

import io.nightjar.config.SessionKnnConfig;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Session-based nearest neighbours: VSTAN (Ludewig, Mauro, Latifi, Jannach, Empirical analysis of
 * session-based recommendation algorithms, UMUAI 2021), which joins VSKNN (Ludewig and Jannach
 * 2018) and STAN (Garg et al., SIGIR 2019).
 *
 * <ul>
 *   <li>Of the training sessions that share an item with the history, the newest {@code sample} are
 *       looked at.
 *   <li>similarity(s) = sum over shared items of w(item) / sqrt(|s|) x exp(-age(s) / timeDecay);
 *       w(item) = exp(-(events since it in the history) / positionDecay)
 *   <li>The {@code neighbours} most similar sessions give each of their items: similarity x
 *       exp(-distance to their last shared item / distanceDecay) x (1 + idf ln(sessions / count)) x
 *       exp(-(events since the newest shared item in the history) / matchDecay)
 * </ul>
 *
 * The age is counted to the end of training: counted to the moment of the question it would
 * multiply all similarities by the same number.
 */
public final class SessionKnn implements Ranker {
  private static final long serialVersionUID = 1L;

  private static final double MILLIS_PER_DAY = 24 * 3600 * 1e3;

  private final SessionKnnConfig settings;

  /** The remembered sessions, newest first. */
  private final int[][] sessions;

  /** Positions in each session whose item does not come again later in it. */
  private final int[][] lastPositions;

  /** exp(-age / timeDecay) / sqrt(distinct items), by session. */
  private final float[] sessionWeights;

  /**
   * Sessions of each item, newest first, at most {@code sample}: older ones are never looked at.
   */
  private final int[][] sessionsOfItem;

  /** 1 + idf ln(sessions / count), by item. */
  private final float[] itemWeights;

  private SessionKnn(
      SessionKnnConfig settings, List<TimedSequence> newestFirst, int vocabularySize) {
    this.settings = settings;
    this.sessions = newestFirst.stream().map(TimedSequence::items).toArray(int[][]::new);
    this.lastPositions =
        Arrays.stream(sessions).map(SessionKnn::lastPositions).toArray(int[][]::new);
    this.sessionWeights = new float[sessions.length];
    for (int s = 0; s < sessions.length; s++) {
      double age = (newestFirst.get(0).end() - newestFirst.get(s).end()) / MILLIS_PER_DAY;
      sessionWeights[s] =
          (float) (decay(age, settings.timeDecay()) / Math.sqrt(lastPositions[s].length));
    }
    this.sessionsOfItem = sessionsOfItem(sessions, settings.sample(), vocabularySize);
    this.itemWeights = itemWeights(sessions, settings.idf(), vocabularySize);
  }

  /** Remembers the newest sessions of the training part. */
  public static SessionKnn train(TrainingPart part, SessionKnnConfig settings) {
    List<TimedSequence> newestFirst =
        part.sequences()
            .sortBy(TimedSequence::newestFirst, true, part.sequences().getNumPartitions())
            .take(settings.sessions());
    return new SessionKnn(settings, newestFirst, part.vocabulary().size());
  }

  @Override
  public String name() {
    return "session-knn";
  }

  @Override
  public Scale scale() {
    return Scale.SHARE;
  }

  @Override
  public Scorer open() {
    return new SessionKnnScorer(
        settings, sessions, lastPositions, sessionWeights, sessionsOfItem, itemWeights);
  }

  /** exp(-distance / length), or 1 where the length is 0. */
  static double decay(double distance, double length) {
    return length == 0 ? 1 : Math.exp(-distance / length);
  }

  private static int[] lastPositions(int[] session) {
    Map<Integer, Integer> last = new HashMap<>();
    for (int position = 0; position < session.length; position++) {
      last.put(session[position], position);
    }
    return last.values().stream().mapToInt(Integer::intValue).sorted().toArray();
  }

  private static int[][] sessionsOfItem(int[][] sessions, int most, int vocabularySize) {
    int[] counts = new int[vocabularySize];
    for (int[] session : sessions) {
      Arrays.stream(session).distinct().forEach(item -> counts[item]++);
    }
    int[][] sessionsOfItem = new int[vocabularySize][];
    Arrays.setAll(sessionsOfItem, item -> new int[Math.min(most, counts[item])]);
    int[] filled = new int[vocabularySize];
    for (int s = 0; s < sessions.length; s++) {
      int session = s;
      Arrays.stream(sessions[s])
          .distinct()
          .filter(item -> filled[item] < sessionsOfItem[item].length)
          .forEach(item -> sessionsOfItem[item][filled[item]++] = session);
    }
    return sessionsOfItem;
  }

  private static float[] itemWeights(int[][] sessions, double idf, int vocabularySize) {
    long[] counts = new long[vocabularySize];
    for (int[] session : sessions) {
      for (int item : session) {
        counts[item]++;
      }
    }
    float[] weights = new float[vocabularySize];
    for (int item = 0; item < vocabularySize; item++) {
      double rarity = Math.log(sessions.length / (double) Math.max(1, counts[item]));
      weights[item] = (float) (1 + idf * Math.max(0, rarity));
    }
    return weights;
  }
}
