package io.nightjar.vocabulary;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;

import io.nightjar.config.VocabularyConfig;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Counts the items of the training part and gives the frequent ones an index. */
public final class VocabularyBuilder {
  /** The vocabulary table. */
  public static final StructType SCHEMA =
      new StructType()
          .add("item_id", DataTypes.StringType)
          .add("index", DataTypes.IntegerType)
          .add("count", DataTypes.LongType)
          .add("first_seen", DataTypes.TimestampType)
          .add("last_seen", DataTypes.TimestampType);

  private final VocabularyConfig vocabulary;

  public VocabularyBuilder(VocabularyConfig vocabulary) {
    this.vocabulary = vocabulary;
  }

  /**
   * The vocabulary table of a training part: by count descending, then id ascending.
   *
   * @param train {@code items[], times[]} per sequence
   */
  public Dataset<Row> build(SparkSession spark, Dataset<Row> train) {
    return indexed(spark, List.of(), frequent(counted(train), vocabulary.maxSize()));
  }

  /**
   * A vocabulary that has grown at its end: every item of the previous one keeps its index, even if
   * training does not see it any more, and new ones follow by count descending, then id ascending.
   *
   * @param train {@code items[], times[]} per sequence
   * @param previous a vocabulary table
   */
  public Dataset<Row> extend(SparkSession spark, Dataset<Row> train, Dataset<Row> previous) {
    Dataset<Row> counted = counted(train).cache();
    Dataset<Row> old = previous.select("item_id", "index", "first_seen", "last_seen");
    List<Row> kept =
        old.as("old")
            .join(counted.as("new"), col("old.item_id").equalTo(col("new.item_id")), "left")
            .select(
                col("old.item_id"),
                coalesce(col("new.count"), lit(0L)),
                least(col("old.first_seen"), col("new.first_seen")),
                greatest(col("old.last_seen"), col("new.last_seen")))
            .orderBy(col("old.index"))
            .collectAsList();
    int room = Math.max(0, vocabulary.maxSize() - kept.size());
    Dataset<Row> unknown = counted.join(old.select("item_id"), "item_id", "left_anti");
    Dataset<Row> table = indexed(spark, kept, frequent(unknown, room));
    counted.unpersist();
    return table;
  }

  private static Dataset<Row> counted(Dataset<Row> train) {
    return train
        .select(expr("inline(arrays_zip(items, times))"))
        .groupBy(col("items").as("item_id"))
        .agg(
            count(lit(1)).as("count"), min("times").as("first_seen"), max("times").as("last_seen"));
  }

  private List<Row> frequent(Dataset<Row> counted, int most) {
    return counted
        .filter(col("count").geq(vocabulary.minCount()))
        .orderBy(col("count").desc(), col("item_id").asc())
        .limit(most)
        .collectAsList();
  }

  private static Dataset<Row> indexed(SparkSession spark, List<Row> kept, List<Row> added) {
    List<Row> indexed = new ArrayList<>(kept.size() + added.size());
    for (List<Row> items : List.of(kept, added)) {
      for (Row item : items) {
        indexed.add(
            RowFactory.create(
                item.get(0), indexed.size() + 1, item.get(1), item.get(2), item.get(3)));
      }
    }
    return spark.createDataFrame(indexed, SCHEMA);
  }

  /** The vocabulary that a table holds. */
  public static Vocabulary load(Dataset<Row> table) {
    List<Vocabulary.Entry> entries =
        table.select("item_id", "count", "index").orderBy("index").collectAsList().stream()
            .map(row -> new Vocabulary.Entry(row.getString(0), row.getLong(1)))
            .toList();
    return Vocabulary.of(entries);
  }
}
