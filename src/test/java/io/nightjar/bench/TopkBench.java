package io.nightjar.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.evaluation.LstmRanker;
import io.nightjar.evaluation.Prefixes;
import io.nightjar.evaluation.Ranker;
import io.nightjar.network.Blas;
import io.nightjar.network.FloatMatrix;
import io.nightjar.network.NetworkParameters;
import io.nightjar.network.NetworkShape;
import io.nightjar.network.SequenceEncoder;
import io.nightjar.recommend.BlockedTopK;
import io.nightjar.recommend.TopK;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.recommendation.ALSModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/**
 * Users per second of the recommender's scorer, of Spark ALS's {@code recommendForAllUsers} on as
 * many items, dimensions and places, and of a bare sgemm of the same shapes. ALS takes minutes for
 * what takes seconds here, so it may be given fewer users; its rate is per user either way.
 */
public final class TopkBench implements Runnable {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final int USERS_PER_BATCH = 256;
  private static final int SGEMM_ITEMS = 4096;
  private static final int WARM_UP_USERS = 4096;
  private static final int FACTOR_PARTITIONS = 16;

  @Option(names = "--users", defaultValue = "100000")
  private int users;

  @Option(names = "--items", defaultValue = "100000")
  private int items;

  @Option(names = "--dim", defaultValue = "128")
  private int dimensions;

  @Option(names = "--k", defaultValue = "20")
  private int k;

  @Option(names = "--als-users", defaultValue = "10000")
  private int alsUsers;

  @Option(names = "--length", defaultValue = "1", description = "Items in each user's sequence.")
  private int length;

  @Option(names = "--slots", defaultValue = "2")
  private int slots;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new TopkBench()).execute(arguments));
  }

  @Override
  public void run() {
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[" + slots + "]")
            .config("spark.ui.enabled", false)
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "localhost")
            .config("spark.sql.shuffle.partitions", FACTOR_PARTITIONS)
            .getOrCreate()) {
      double gflops = sgemmGflops(spark);
      System.err.printf("sgemm: %.1f GFLOP/s%n", gflops);
      double usersPerSecond = usersPerSecond(spark);
      System.err.printf("scorer: %.0f users/s%n", usersPerSecond);
      double alsUsersPerSecond = alsUsersPerSecond(spark);
      ObjectNode line = new ObjectMapper().createObjectNode();
      line.put("bench", "topk").put("users", users).put("items", items);
      line.put("dim", dimensions).put("k", k).put("length", length).put("slots", slots);
      line.put("users_per_s", usersPerSecond).put("als_users", alsUsers);
      line.put("als_users_per_s", alsUsersPerSecond);
      line.put("times_als", usersPerSecond / alsUsersPerSecond).put("sgemm_gflops", gflops);
      line.put("fraction_of_bound", usersPerSecond / (gflops * 1e9 / (2.0 * items * dimensions)));
      System.out.println(line);
    }
  }

  /** Every slot multiplies on its own, as tasks do. */
  private double sgemmGflops(SparkSession spark) {
    int dims = dimensions;
    int rounds = Math.max(1, users / USERS_PER_BATCH * (items / SGEMM_ITEMS) / slots / 4);
    return IntStream.range(0, 2)
        .mapToDouble(
            repetition -> {
              long start = System.nanoTime();
              JavaSparkContext.fromSparkContext(spark.sparkContext())
                  .parallelize(IntStream.range(0, slots).boxed().toList(), slots)
                  .foreach(slot -> multiply(rounds, dims));
              double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
              return 2.0 * USERS_PER_BATCH * SGEMM_ITEMS * dims * rounds * slots / seconds / 1e9;
            })
        .max()
        .orElseThrow();
  }

  private static void multiply(int rounds, int dims) {
    try (FloatMatrix states = FloatMatrix.copyOf(random(USERS_PER_BATCH * dims, 1));
        FloatMatrix rows = FloatMatrix.copyOf(random(SGEMM_ITEMS * dims, 2));
        FloatMatrix products = new FloatMatrix(USERS_PER_BATCH * SGEMM_ITEMS)) {
      for (int round = 0; round < rounds; round++) {
        Blas.multiplyTransposed(
            USERS_PER_BATCH, SGEMM_ITEMS, dims, states, 0, rows, 0, 0, products, 0);
      }
    }
  }

  private double usersPerSecond(SparkSession spark) {
    NetworkShape shape = new NetworkShape(items + 1, dimensions, dimensions, 1, true);
    Ranker ranker = new LstmRanker(new SequenceEncoder(NetworkParameters.initial(shape, 1)));
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<Ranker> shared = context.broadcast(ranker);
    scoreAll(context, shared, Math.min(users, WARM_UP_USERS));
    long start = System.nanoTime();
    scoreAll(context, shared, users);
    return users / ((System.nanoTime() - start) / NANOS_PER_SECOND);
  }

  private void scoreAll(JavaSparkContext context, Broadcast<Ranker> shared, int count) {
    int catalogue = items;
    int places = k;
    int steps = length;
    List<Integer> batches =
        IntStream.range(0, (count + USERS_PER_BATCH - 1) / USERS_PER_BATCH).boxed().toList();
    context
        .parallelize(batches, slots)
        .foreachPartition(
            numbers -> {
              BlockedTopK topK = new BlockedTopK(catalogue + 1);
              try (Ranker.Scorer scorer = shared.value().open()) {
                numbers.forEachRemaining(
                    number -> scoreBatch(scorer, topK, number, catalogue, places, steps));
              }
            });
  }

  private static void scoreBatch(
      Ranker.Scorer scorer, BlockedTopK topK, int number, int catalogue, int places, int steps) {
    SplittableRandom random = new SplittableRandom(number);
    int[][] sequences = new int[USERS_PER_BATCH][];
    TopK[] lists = new TopK[USERS_PER_BATCH];
    for (int user = 0; user < USERS_PER_BATCH; user++) {
      sequences[user] = random.ints(steps, 1, catalogue + 1).toArray();
      lists[user] = new TopK(places);
    }
    scorer.prepare(Prefixes.whole(sequences));
    topK.scan(
        scorer,
        USERS_PER_BATCH,
        (user, scores, at, width, first) -> lists[user].offerAll(scores, at, width, first));
    for (TopK list : lists) {
      if (list.drain().length != Math.min(places, catalogue)) {
        throw new IllegalStateException("A list is short");
      }
    }
  }

  private double alsUsersPerSecond(SparkSession spark) {
    Dataset<Row> userFactors = factors(spark, alsUsers, 3).cache();
    Dataset<Row> itemFactors = factors(spark, items, 4).cache();
    userFactors.count();
    itemFactors.count();
    ALSModel als = new ALSModel("als", dimensions, userFactors, itemFactors);
    als.setUserCol("user").setItemCol("item").setBlockSize(USERS_PER_BATCH * USERS_PER_BATCH / 16);
    als.recommendForUserSubset(userFactors.limit(100).withColumnRenamed("id", "user"), k).count();
    long start = System.nanoTime();
    als.recommendForAllUsers(k).write().format("noop").mode("overwrite").save();
    return alsUsers / ((System.nanoTime() - start) / NANOS_PER_SECOND);
  }

  private Dataset<Row> factors(SparkSession spark, int count, long seed) {
    StructType schema =
        new StructType()
            .add("id", DataTypes.IntegerType, false)
            .add("features", DataTypes.createArrayType(DataTypes.FloatType, false), false);
    List<Row> rows = new ArrayList<>(count);
    for (int id = 0; id < count; id++) {
      rows.add(RowFactory.create(id, random(dimensions, seed * count + id)));
    }
    return spark.createDataFrame(rows, schema).repartition(FACTOR_PARTITIONS);
  }

  private static float[] random(int length, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) (random.nextDouble() - 0.5);
    }
    return values;
  }
}
