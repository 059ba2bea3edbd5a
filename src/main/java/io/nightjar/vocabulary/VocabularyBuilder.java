package io.nightjar.vocabulary;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
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
    List<Row> frequent =
        train
            .select(expr("inline(arrays_zip(items, times))"))
            .groupBy(col("items").as("item_id"))
            .agg(
                count(lit(1)).as("count"),
                min("times").as("first_seen"),
                max("times").as("last_seen"))
            .filter(col("count").geq(vocabulary.minCount()))
            .orderBy(col("count").desc(), col("item_id").asc())
            .limit(vocabulary.maxSize())
            .collectAsList();
    List<Row> indexed = new ArrayList<>(frequent.size());
    for (Row item : frequent) {
      indexed.add(
          RowFactory.create(
              item.get(0), indexed.size() + 1, item.get(1), item.get(2), item.get(3)));
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
