package io.nightjar.recommend;

import static org.apache.spark.sql.functions.col;

import io.nightjar.clicks.PartitionTallies;
import io.nightjar.clicks.Tally;
import io.nightjar.network.SequenceEncoder;
import io.nightjar.vocabulary.Vocabulary;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Where the LSTM stands after each user's sequence. A night goes on from where the night before
 * stood and folds in only the events that came since. Where the sequence is not the earlier one
 * with events added at its end (a late event, the oldest ones fallen out of {@code
 * sessions.max-length}), the LSTM goes through all of it, so that the state is always that of the
 * sequence as it stands in its table.
 */
public final class UserStates {
  /**
   * The user states table: {@code events} of the sequence that the model knows and that are folded
   * in; {@code history}: a 64-bit digest of their items and times; {@code state}: for each LSTM
   * layer its outputs, then its cells.
   */
  public static final StructType SCHEMA =
      new StructType()
          .add("user_id", DataTypes.StringType, false)
          .add("model_version", DataTypes.StringType, false)
          .add("settings", DataTypes.StringType, false)
          .add("events", DataTypes.IntegerType, false)
          .add("history", DataTypes.LongType, false)
          .add("state", DataTypes.createArrayType(DataTypes.FloatType, false), false);

  /** Whether a user's sequence is another than in the earlier night; beside the table's columns. */
  static final String CHANGED = "changed";

  static final String STATE = "state";

  private static final String COUNTS = "states";
  private static final String EVENTS = "events";

  private final SparkSession spark;
  private final Recommender.Settings settings;
  private final PartitionTallies tallies;

  /**
   * @param tallies gets {@code states/unchanged}, {@code states/advanced}, {@code states/anew} by
   *     user, and {@code events/folded}
   */
  public UserStates(SparkSession spark, Recommender.Settings settings, PartitionTallies tallies) {
    this.spark = spark;
    this.settings = settings;
    this.tallies = tallies;
  }

  /** A table without users. */
  public static Dataset<Row> none(SparkSession spark) {
    return spark.createDataFrame(List.of(), SCHEMA);
  }

  /**
   * Where the LSTM stands after every sequence.
   *
   * @param sequences {@code user_id, items[], times[]}
   * @param earlier the user states table of an earlier night, which may be empty; rows that were
   *     made under other settings are passed over
   * @return the columns of {@link #SCHEMA}, and {@code changed}
   */
  public Dataset<Row> fold(
      Dataset<Row> sequences,
      Dataset<Row> earlier,
      SequenceEncoder encoder,
      Broadcast<Vocabulary> vocabulary) {
    Broadcast<SequenceEncoder> shared =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(encoder);
    Dataset<Row> before =
        earlier
            .filter(col("settings").equalTo(settings.fingerprint()))
            .select("user_id", EVENTS, "history", STATE);
    Dataset<Row> users =
        UserBatches.of(
            sequences.select("user_id", "items", "times").join(before, "user_id", "left_outer"),
            settings.recommend().batch());
    Recommender.Settings ofTasks = settings;
    PartitionTallies counts = tallies;
    return spark.createDataFrame(
        users
            .javaRDD()
            .mapPartitions(
                rows -> {
                  Folding folding = new Folding(ofTasks, shared.value(), vocabulary.value());
                  TaskContext.get()
                      .addTaskCompletionListener(
                          (TaskCompletionListener) task -> folding.workspace.close());
                  return new RowsByBatch<>(
                      new UserBatches(rows), folding::fold, () -> counts.report(folding.tally));
                }),
        SCHEMA.add(CHANGED, DataTypes.BooleanType, false));
  }

  /** One task's users. */
  private static final class Folding {
    private final Recommender.Settings settings;
    private final SequenceEncoder encoder;
    private final SequenceEncoder.Workspace workspace;
    private final Vocabulary vocabulary;
    private final Tally tally = new Tally();

    Folding(Recommender.Settings settings, SequenceEncoder encoder, Vocabulary vocabulary) {
      this.settings = settings;
      this.encoder = encoder;
      this.workspace = encoder.workspace();
      this.vocabulary = vocabulary;
    }

    List<Row> fold(List<Row> users) {
      float[][] states = new float[users.size()][];
      int[][] added = new int[users.size()][];
      KnownEvents[] known = new KnownEvents[users.size()];
      for (int i = 0; i < added.length; i++) {
        Row user = users.get(i);
        known[i] = KnownEvents.of(user, vocabulary);
        int folded = known[i].beginsWith(user) ? user.getInt(user.fieldIndex(EVENTS)) : 0;
        states[i] = folded == 0 ? new float[encoder.stateLength()] : state(user);
        added[i] = Arrays.copyOfRange(known[i].items, folded, known[i].items.length);
        String how = folded == 0 ? "anew" : added[i].length == 0 ? "unchanged" : "advanced";
        tally.add(COUNTS, how);
        tally.add(EVENTS, "folded", added[i].length);
      }
      workspace.advance(states, added);

      List<Row> rows = new ArrayList<>(users.size());
      for (int i = 0; i < added.length; i++) {
        rows.add(
            RowFactory.create(
                users.get(i).getAs("user_id"),
                settings.modelVersion(),
                settings.fingerprint(),
                known[i].items.length,
                known[i].digest(known[i].items.length),
                states[i],
                added[i].length > 0 || known[i].items.length == 0));
      }
      return rows;
    }

    private static float[] state(Row user) {
      List<Float> numbers = user.getList(user.fieldIndex(STATE));
      float[] state = new float[numbers.size()];
      for (int i = 0; i < state.length; i++) {
        state[i] = numbers.get(i);
      }
      return state;
    }
  }

  /**
   * The events of a sequence whose items the model knows.
   *
   * @param items indices, oldest first
   * @param micros when, since 1970
   */
  private record KnownEvents(int[] items, long[] micros) {
    private static final long ODD = 0x9E3779B97F4A7C15L;
    private static final int MICROS_PER_MILLI = 1000;
    private static final int NANOS_PER_MICRO = 1000;

    static KnownEvents of(Row user, Vocabulary vocabulary) {
      List<String> ids = user.getList(user.fieldIndex("items"));
      List<Timestamp> times = user.getList(user.fieldIndex("times"));
      int[] items = vocabulary.indicesOfKnown(ids);
      long[] micros = new long[items.length];
      int known = 0;
      for (int i = 0; i < ids.size(); i++) {
        if (vocabulary.index(ids.get(i)) != Vocabulary.PADDING) {
          Timestamp time = times.get(i);
          long micro = time.getNanos() / NANOS_PER_MICRO % MICROS_PER_MILLI;
          micros[known++] = time.getTime() * MICROS_PER_MILLI + micro;
        }
      }
      return new KnownEvents(items, micros);
    }

    /** Whether the earlier night's state is that of the first of these events. */
    boolean beginsWith(Row user) {
      if (user.isNullAt(user.fieldIndex(EVENTS))) {
        return false;
      }
      int folded = user.getInt(user.fieldIndex(EVENTS));
      return folded <= items.length && digest(folded) == user.getLong(user.fieldIndex("history"));
    }

    /** 64 bits of the first events, by the finalizer of SplitMix64 over items and times. */
    long digest(int events) {
      long digest = 0;
      for (int i = 0; i < events; i++) {
        digest = mix(mix(digest * ODD + items[i]) + micros[i]);
      }
      return digest;
    }

    private static long mix(long value) {
      long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
      mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
      return mixed ^ (mixed >>> 31);
    }
  }
}
