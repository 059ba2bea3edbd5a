package io.nightjar.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.config.TieRule;
import io.nightjar.evaluation.Evaluator;
import io.nightjar.evaluation.JudgeSettings;
import io.nightjar.evaluation.LstmRanker;
import io.nightjar.evaluation.ModelMetrics;
import io.nightjar.evaluation.Ranker;
import io.nightjar.network.NetworkParameters;
import io.nightjar.network.NetworkShape;
import io.nightjar.network.SequenceEncoder;
import io.nightjar.vocabulary.Vocabulary;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Held-out positions per second that are ranked exactly among the whole catalogue: {@code
 * scripts/bench evaluate [--positions N] [--items N] [--dim N] [--length N]}. Prints one JSON
 * object, with the minutes that a million positions take at that speed.
 */
public final class EvaluateBench {
  private static final StructType PART =
      new StructType()
          .add("user_id", DataTypes.StringType)
          .add("items", DataTypes.createArrayType(DataTypes.StringType))
          .add("first_target", DataTypes.IntegerType);
  private static final int PARTITIONS = 16;
  private static final int BOOTSTRAP_REPLICATES = 200;
  private static final long MILLION = 1_000_000;
  private static final double SECONDS_PER_MINUTE = 60;

  private EvaluateBench() {}

  /** Judges a network of random weights on random sequences: speed does not depend on quality. */
  public static void main(String[] arguments) {
    BenchOptions options = new BenchOptions(arguments);
    int positions = options.integer("positions", 1_000_000);
    int items = options.integer("items", 100_000);
    int dimensions = options.integer("dim", 128);
    int length = options.integer("length", 20);
    try (SparkSession spark = BenchSession.create("nightjar bench evaluate")) {
      JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
      Broadcast<Vocabulary> vocabulary = context.broadcast(vocabulary(items));
      NetworkShape shape = new NetworkShape(items + 1, dimensions, dimensions, 1, true);
      Ranker ranker = new LstmRanker(new SequenceEncoder(NetworkParameters.initial(shape, 1)));
      Dataset<Row> part = part(spark, positions / length, items, length).cache();
      part.count();

      JudgeSettings settings =
          new JudgeSettings(
              List.of(5, 10, 20), TieRule.CONSERVATIVE, false, BOOTSTRAP_REPLICATES, 1);
      ModelMetrics metrics =
          new Evaluator(context, settings, Clock.systemUTC()).evaluate(ranker, part, vocabulary);

      ObjectNode line = new ObjectMapper().createObjectNode();
      line.put("bench", "evaluate").put("positions", metrics.cases()).put("items", items);
      line.put("dim", dimensions).put("length", length).put("slots", BenchSession.CORES);
      line.put("positions_per_s", metrics.casesPerSecond());
      line.put("minutes_per_million", MILLION / metrics.casesPerSecond() / SECONDS_PER_MINUTE);
      System.out.println(line);
    }
  }

  private static Vocabulary vocabulary(int items) {
    List<Vocabulary.Entry> entries = new ArrayList<>(items);
    for (int item = 0; item < items; item++) {
      entries.add(new Vocabulary.Entry("i" + item, (long) items - item));
    }
    return Vocabulary.of(entries);
  }

  /** Sequences of {@code length} positions to judge, and the event before them. */
  private static Dataset<Row> part(SparkSession spark, int users, int items, int length) {
    JavaRDD<Row> rows =
        spark
            .range(0, users, 1, PARTITIONS)
            .javaRDD()
            .map(
                user -> {
                  SplittableRandom random = new SplittableRandom(user);
                  List<String> sequence = new ArrayList<>();
                  for (int event = 0; event <= length; event++) {
                    sequence.add("i" + random.nextInt(items));
                  }
                  return RowFactory.create("u" + user, sequence.toArray(String[]::new), 1);
                });
    return spark.createDataFrame(rows, PART);
  }
}
