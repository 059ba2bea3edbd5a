package io.nightjar.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * Sessions as item indices, oldest session first.
 *
 * @param train sessions to train on, at least two items each
 * @param test sessions to judge by; items that training does not know are left out of them
 * @param vocabularySize items of the training sessions, and one for padding
 */
@SuppressWarnings("ArrayRecordComponent")
record SessionData(int[][] train, int[][] test, int vocabularySize) {

  private static final Path DATA = Path.of("..", "shared", "data");

  /**
   * Real e-commerce clicks: {@code train_full} and {@code test}, or {@code train_tr} and {@code
   * train_valid} for tuning.
   */
  static SessionData rsc15(String trainName, String testName) {
    Map<String, Integer> vocabulary = new HashMap<>();
    int[][] train = sessions(DATA.resolve("rsc15/" + trainName + ".tsv.gz"), vocabulary, true);
    int[][] test = sessions(DATA.resolve("rsc15/" + testName + ".tsv.gz"), vocabulary, false);
    return new SessionData(train, test, vocabulary.size() + 1);
  }

  /**
   * Users' sequences with their last item held out.
   *
   * @param name {@code lastfm} or {@code yelp}
   * @param heldOut 1: all but the last item to train on, the whole to judge by; 2: one item less of
   *     both, for tuning
   */
  static SessionData leaveOneOut(String name, int heldOut) {
    List<int[]> train = new ArrayList<>();
    List<int[]> test = new ArrayList<>();
    int largest = 0;
    for (String line : lines(DATA.resolve(name + "/sequences.txt.gz"))) {
      String[] words = line.split(" ", -1);
      int length = words.length - heldOut;
      int[] items = new int[length];
      for (int i = 0; i < length; i++) {
        items[i] = Integer.parseInt(words[i + 1]);
        largest = Math.max(largest, items[i]);
      }
      train.add(Arrays.copyOf(items, length - 1));
      test.add(items);
    }
    return new SessionData(
        train.stream().filter(s -> s.length > 1).toArray(int[][]::new),
        test.toArray(int[][]::new),
        largest + 1);
  }

  /** How often each item occurs in training. */
  long[] counts() {
    long[] counts = new long[vocabularySize];
    for (int[] session : train) {
      for (int item : session) {
        counts[item]++;
      }
    }
    return counts;
  }

  private record Click(int item, double time) {}

  private static int[][] sessions(Path file, Map<String, Integer> vocabulary, boolean grows) {
    Map<String, List<Click>> clicks = new LinkedHashMap<>();
    List<String> lines = lines(file);
    for (String line : lines.subList(1, lines.size())) {
      String[] columns = line.split("\t", -1);
      Integer item =
          grows
              ? vocabulary.computeIfAbsent(columns[1], key -> vocabulary.size() + 1)
              : vocabulary.get(columns[1]);
      if (item != null) {
        clicks
            .computeIfAbsent(columns[0], key -> new ArrayList<>())
            .add(new Click(item, Double.parseDouble(columns[2])));
      }
    }
    clicks.values().forEach(session -> session.sort(Comparator.comparingDouble(Click::time)));
    return clicks.values().stream()
        .filter(session -> session.size() > 1)
        .sorted(Comparator.comparingDouble(session -> session.get(0).time()))
        .map(session -> session.stream().mapToInt(Click::item).toArray())
        .toArray(int[][]::new);
  }

  private static List<String> lines(Path file) {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      return reader.lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
