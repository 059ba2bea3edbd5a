package io.nightjar.training;

import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/**
 * What a new item occurs with: the items that the previous model knows within {@value #REACH}
 * events of it. {@link WarmStart#grow} starts the new item from the mean of their vectors.
 */
public final class Companions {

  /** Events to either side. */
  static final int REACH = 5;

  /** Of one item, about so many say enough. */
  private static final int MOST_PER_ITEM = 1000;

  private Companions() {}

  /**
   * Finds the companions of every new item.
   *
   * @param sequences of item indices
   * @param knownItems indices below this one are of items that the previous model knows
   * @return indices of known items by new item, as often as they occur with it, ascending
   */
  public static Map<Integer, int[]> of(JavaRDD<SequenceBlock> sequences, int knownItems) {
    List<Tuple2<Tuple2<Integer, Integer>, Integer>> counts =
        sequences
            .mapPartitionsToPair(blocks -> pairs(blocks, knownItems))
            .reduceByKey(Integer::sum)
            .collect();
    Map<Integer, SortedMap<Integer, Integer>> ofItem = new HashMap<>();
    for (Tuple2<Tuple2<Integer, Integer>, Integer> pair : counts) {
      ofItem
          .computeIfAbsent(pair._1()._1(), item -> new TreeMap<>())
          .put(pair._1()._2(), pair._2());
    }
    Map<Integer, int[]> companions = new HashMap<>();
    ofItem.forEach((item, with) -> companions.put(item, repeated(with)));
    return companions;
  }

  /** Each companion as often as counted, or in proportion where that is very often. */
  private static int[] repeated(SortedMap<Integer, Integer> counts) {
    long total = counts.values().stream().mapToLong(Integer::longValue).sum();
    double share = Math.min(1, (double) MOST_PER_ITEM / total);
    return counts.entrySet().stream()
        .flatMapToInt(
            companion ->
                IntStream.generate(companion::getKey)
                    .limit((long) Math.ceil(share * companion.getValue())))
        .toArray();
  }

  private static Iterator<Tuple2<Tuple2<Integer, Integer>, Integer>> pairs(
      Iterator<SequenceBlock> blocks, int knownItems) {
    Map<Tuple2<Integer, Integer>, Integer> counts = new HashMap<>();
    while (blocks.hasNext()) {
      SequenceBlock block = blocks.next();
      for (int i = 0; i < block.size(); i++) {
        count(block.sequence(i), knownItems, counts);
      }
    }
    return counts.entrySet().stream()
        .map(entry -> new Tuple2<>(entry.getKey(), entry.getValue()))
        .iterator();
  }

  private static void count(
      int[] sequence, int knownItems, Map<Tuple2<Integer, Integer>, Integer> counts) {
    for (int at = 0; at < sequence.length; at++) {
      if (sequence[at] < knownItems) {
        continue;
      }
      int last = Math.min(sequence.length - 1, at + REACH);
      for (int with = Math.max(0, at - REACH); with <= last; with++) {
        if (sequence[with] < knownItems) {
          counts.merge(new Tuple2<>(sequence[at], sequence[with]), 1, Integer::sum);
        }
      }
    }
  }
}
