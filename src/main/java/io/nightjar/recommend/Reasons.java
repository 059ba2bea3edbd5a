package io.nightjar.recommend;

import io.nightjar.evaluation.Prefixes;
import io.nightjar.evaluation.Ranker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Finds which item of a user's own history most moved the score of a recommended item: the one
 * without which the score would be lowest. Scores are compared on the newest items of the history
 * alone, the tail: score after the tail, minus score after the tail without the item (all of its
 * occurrences). Of equal items the newest is named.
 *
 * <p>Costs one encoding of a tail for every item in it, and one score for each of them and each
 * item of the list; nothing in proportion to the catalogue.
 */
final class Reasons {
  /** Shortened tails scored together. */
  private static final int PREFIXES_AT_A_TIME = 512;

  private final Ranker.Scorer scorer;
  private final int tailLength;

  /**
   * @param tailLength newest items of a history that are looked at; below 2 the newest one is named
   */
  Reasons(Ranker.Scorer scorer, int tailLength) {
    this.scorer = scorer;
    this.tailLength = tailLength;
  }

  /**
   * The reasons for lists of users.
   *
   * @param histories known items of each user, oldest first, at least one
   * @param lists recommended items of each user
   * @return for each item of each list, the item that it is recommended because of
   */
  int[][] of(int[][] histories, int[][] lists) {
    int[][] reasons = new int[histories.length][];
    List<Question> questions = new ArrayList<>();
    int prefixes = 0;
    for (int user = 0; user < histories.length; user++) {
      Question question = new Question(user, tail(histories[user]), lists[user]);
      if (question.suspects.length == 1) {
        reasons[user] = new int[lists[user].length];
        Arrays.fill(reasons[user], question.suspects[0]);
        continue;
      }
      questions.add(question);
      prefixes += question.suspects.length;
      if (prefixes >= PREFIXES_AT_A_TIME) {
        answer(questions, reasons);
        prefixes = 0;
      }
    }
    answer(questions, reasons);
    return reasons;
  }

  private int[] tail(int[] history) {
    int length = Math.max(1, Math.min(tailLength, history.length));
    return Arrays.copyOfRange(history, history.length - length, history.length);
  }

  /** One user's tail, and the distinct items in it, newest first. */
  private static final class Question {
    private final int user;
    private final int[] tail;
    private final int[] suspects;
    private final int[] list;

    Question(int user, int[] tail, int[] list) {
      this.user = user;
      this.tail = tail;
      this.list = list;
      this.suspects =
          IntStream.range(0, tail.length).map(i -> tail[tail.length - 1 - i]).distinct().toArray();
    }

    int[] without(int suspect) {
      return Arrays.stream(tail).filter(item -> item != suspect).toArray();
    }
  }

  private void answer(List<Question> questions, int[][] reasons) {
    int[][] shortened =
        questions.stream()
            .flatMap(question -> Arrays.stream(question.suspects).mapToObj(question::without))
            .toArray(int[][]::new);
    if (shortened.length > 0) {
      scorer.prepare(Prefixes.whole(shortened));
    }
    int prefix = 0;
    for (Question question : questions) {
      int[] list = question.list;
      int[] because = new int[list.length];
      float[] lowest = new float[list.length];
      float[] scores = new float[list.length];
      Arrays.fill(lowest, Float.POSITIVE_INFINITY);
      for (int suspect : question.suspects) {
        scorer.score(prefix++, shortened.length, list, scores);
        for (int i = 0; i < list.length; i++) {
          if (scores[i] < lowest[i]) {
            lowest[i] = scores[i];
            because[i] = suspect;
          }
        }
      }
      reasons[question.user] = because;
    }
    questions.clear();
  }
}
