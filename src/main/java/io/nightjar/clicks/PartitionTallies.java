package io.nightjar.clicks;

import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.util.AccumulatorV2;

/**
 * Counts made beside a pass over the data, exact whatever happens to its tasks. A plain accumulator
 * counts a map task again that Spark runs again (a lost executor, speculation). Here a partition
 * reports its whole tally at once, under its number, and a second report of the same partition
 * replaces the first: both are equal, since a partition's rows are.
 */
public final class PartitionTallies
    extends AccumulatorV2<PartitionTallies.Report, Map<Integer, Tally>> {
  private static final long serialVersionUID = 1L;

  private final Map<Integer, Tally> tallies = new TreeMap<>();

  /** What one partition counted. */
  public record Report(int partition, Tally tally) {}

  /** New counts, registered with Spark. */
  public static PartitionTallies register(SparkContext spark, String name) {
    PartitionTallies tallies = new PartitionTallies();
    spark.register(tallies, name);
    return tallies;
  }

  /** Takes the running task's tally, once its partition is at its end. */
  public void report(Tally tally) {
    add(new Report(TaskContext.getPartitionId(), tally));
  }

  /** The sum over partitions. */
  public Tally sum() {
    Tally sum = new Tally();
    tallies.values().forEach(sum::addAll);
    return sum;
  }

  @Override
  public boolean isZero() {
    return tallies.isEmpty();
  }

  @Override
  public PartitionTallies copy() {
    PartitionTallies copy = new PartitionTallies();
    copy.tallies.putAll(tallies);
    return copy;
  }

  @Override
  public void reset() {
    tallies.clear();
  }

  @Override
  public void add(Report report) {
    tallies.put(report.partition(), report.tally());
  }

  @Override
  public void merge(AccumulatorV2<Report, Map<Integer, Tally>> other) {
    tallies.putAll(other.value());
  }

  @Override
  public Map<Integer, Tally> value() {
    return tallies;
  }
}
