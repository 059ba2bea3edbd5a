package io.nightjar.recommend;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.nightjar.clicks.InputException;
import io.nightjar.config.RecommendConfig;
import io.nightjar.vocabulary.Vocabulary;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Applies the rules that hold for every user: allow and block lists, availability, what is new. */
public final class CatalogueRules {
  private static final String ITEM = "item_id";

  private final SparkSession spark;
  private final RecommendConfig recommend;
  private final Instant asOf;

  /**
   * @param asOf the instant that lists are for
   */
  public CatalogueRules(SparkSession spark, RecommendConfig recommend, Instant asOf) {
    this.spark = spark;
    this.recommend = recommend;
    this.asOf = asOf;
  }

  /**
   * The catalogue under these rules.
   *
   * @param table the vocabulary table, for when each item was first seen
   * @throws InputException if a file of a rule cannot be read, or no item is left
   */
  public Catalogue apply(Vocabulary vocabulary, Dataset<Row> table) {
    BitSet eligible = Catalogue.everything(vocabulary.size()).eligible();
    Map<String, Integer> removed = new LinkedHashMap<>();
    if (!recommend.allow().isEmpty()) {
      BitSet notAllowed = (BitSet) eligible.clone();
      notAllowed.andNot(listed("allow", recommend.allow(), vocabulary));
      remove("not-allowed", notAllowed, eligible, removed);
    }
    if (!recommend.block().isEmpty()) {
      remove("blocked", listed("block", recommend.block(), vocabulary), eligible, removed);
    }
    if (!recommend.availability().isEmpty()) {
      remove("unavailable", unavailable(vocabulary), eligible, removed);
    }
    if (eligible.isEmpty()) {
      throw new InputException(
          "No item of the vocabulary may be recommended: "
              + removed
              + " of "
              + vocabulary.items()
              + " items removed; check nightjar.recommend.allow, block and availability.");
    }
    return new Catalogue(eligible, fresh(vocabulary, table), categories(vocabulary), removed);
  }

  private static void remove(
      String rule, BitSet items, BitSet eligible, Map<String, Integer> removed) {
    int before = eligible.cardinality();
    eligible.andNot(items);
    removed.put(rule, before - eligible.cardinality());
  }

  private BitSet listed(String key, List<String> paths, Vocabulary vocabulary) {
    return indices(
        vocabulary,
        read(key, paths.toString(), () -> spark.read().textFile(paths.toArray(String[]::new)))
            .toDF(ITEM)
            .selectExpr("trim(item_id)"));
  }

  private BitSet unavailable(Vocabulary vocabulary) {
    Column now = lit(Timestamp.from(asOf));
    Column from = col("from").cast("timestamp");
    Column until = col("until").cast("timestamp");
    return indices(
        vocabulary,
        csv("availability", recommend.availability())
            .filter(from.gt(now).or(until.leq(now)))
            .select(ITEM));
  }

  private BitSet fresh(Vocabulary vocabulary, Dataset<Row> table) {
    if (recommend.newSlots() == 0) {
      return new BitSet();
    }
    Timestamp since = Timestamp.from(asOf.minus(recommend.newDays(), ChronoUnit.DAYS));
    return indices(vocabulary, table.filter(col("first_seen").geq(since)).select(ITEM));
  }

  private int[] categories(Vocabulary vocabulary) {
    if (recommend.maxPerCategory() == 0) {
      return new int[0];
    }
    int[] categories = new int[vocabulary.size()];
    Arrays.fill(categories, -1);
    Map<String, Integer> numbers = new HashMap<>();
    csv("categories", recommend.categories())
        .select(ITEM, "category")
        .na()
        .drop()
        .orderBy(ITEM, "category")
        .collectAsList()
        .forEach(
            row ->
                categories[vocabulary.index(row.getString(0))] =
                    numbers.computeIfAbsent(row.getString(1), name -> numbers.size()));
    return categories;
  }

  private Dataset<Row> csv(String key, String path) {
    return read(key, path, () -> spark.read().option("header", true).csv(path));
  }

  private static <T> Dataset<T> read(String key, String path, Supplier<Dataset<T>> reader) {
    try {
      return reader.get();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new InputException(
          "nightjar.recommend." + key + " = " + path + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Those of the ids in the first column that are in the vocabulary. */
  private static BitSet indices(Vocabulary vocabulary, Dataset<Row> ids) {
    BitSet indices = new BitSet(vocabulary.size());
    ids.collectAsList().stream()
        .filter(row -> !row.isNullAt(0))
        .forEach(row -> indices.set(vocabulary.index(row.getString(0))));
    indices.clear(Vocabulary.PADDING);
    return indices;
  }
}
