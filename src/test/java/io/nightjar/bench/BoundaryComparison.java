package io.nightjar.bench;

import static org.apache.spark.sql.functions.col;

import io.nightjar.clicks.Click;
import io.nightjar.clicks.ClickRows;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * How well the gap rule finds the boundaries that a log itself names: a boundary lies between two
 * neighbouring events of a user, in the order of the sessionizer, whose session ids differ.
 *
 * @param hits boundaries that the gap rule finds
 * @param falseAlarms cuts inside a session of the log
 * @param misses boundaries that it does not find
 */
record BoundaryComparison(Duration gap, long hits, long falseAlarms, long misses) {
  private static final long MICROS_PER_MILLI = 1_000;

  /**
   * Compares.
   *
   * @param clicks rows of {@link ClickRows#SCHEMA} with the log's session ids in them
   */
  static BoundaryComparison of(SparkSession spark, JavaRDD<InternalRow> clicks, Duration gap) {
    Dataset<Row> sorted =
        spark
            .internalCreateDataFrame(clicks.rdd(), ClickRows.SCHEMA, false)
            .repartition(col("user_id"))
            .sortWithinPartitions("user_id", "time", "click");
    long pause = gap.toMillis() * MICROS_PER_MILLI;
    long[] counts =
        sorted
            .queryExecution()
            .toRdd()
            .toJavaRDD()
            .mapPartitions(rows -> List.of(count(rows, pause)).iterator())
            .reduce(BoundaryComparison::sum);
    return new BoundaryComparison(gap, counts[0], counts[1], counts[2]);
  }

  private static long[] count(Iterator<InternalRow> rows, long pause) {
    long[] counts = new long[3];
    Click before = null;
    while (rows.hasNext()) {
      Click click = decode(rows.next());
      if (before != null && before.user().equals(click.user())) {
        boolean isBoundary = !Objects.equals(before.session(), click.session());
        boolean isCut = click.time() - before.time() > pause;
        if (isBoundary || isCut) {
          counts[isBoundary && isCut ? 0 : isCut ? 1 : 2]++;
        }
      }
      before = click;
    }
    return counts;
  }

  private static Click decode(InternalRow row) {
    UTF8String user = ClickRows.user(row).clone();
    return ClickRows.decode(user, ClickRows.time(row), ClickRows.bytes(row));
  }

  private static long[] sum(long[] one, long[] other) {
    return new long[] {one[0] + other[0], one[1] + other[1], one[2] + other[2]};
  }

  /** Of the cuts, the share that are boundaries; 0 where there is no cut. */
  double precision() {
    return hits == 0 ? 0 : (double) hits / (hits + falseAlarms);
  }

  /** Of the boundaries, the share that are cuts; 0 where there is no boundary. */
  double recall() {
    return hits == 0 ? 0 : (double) hits / (hits + misses);
  }
}
