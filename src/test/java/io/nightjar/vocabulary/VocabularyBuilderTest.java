package io.nightjar.vocabulary;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightjar.LocalSpark;
import io.nightjar.config.VocabularyConfig;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

class VocabularyBuilderTest {
  private final SparkSession spark = LocalSpark.session();

  /** c three times, a and b twice, d once. */
  private final Dataset<Row> train =
      spark.sql(
          """
          select array('c', 'a', 'b') items,
                 array(timestamp_seconds(10), timestamp_seconds(20), timestamp_seconds(30)) times
          union all
          select array('c', 'b', 'a', 'c', 'd'),
                 transform(sequence(1, 5), s -> timestamp_seconds(s))
          """);

  @Test
  void itemsStandByCountAndThenById() {
    assertThat(items(build(1, 100))).containsExactly("c", "a", "b", "d");
    assertThat(build(1, 100).select("index").as(Encoders.INT()).collectAsList())
        .containsExactly(1, 2, 3, 4);
  }

  @Test
  void rareItemsAndItemsBeyondTheMaximumAreLeftOut() {
    assertThat(items(build(2, 100))).containsExactly("c", "a", "b");
    assertThat(items(build(1, 2))).containsExactly("c", "a");
  }

  @Test
  void theTableSaysWhenAnItemWasFirstAndLastSeen() {
    Row c = build(1, 100).first();

    assertThat(c.getLong(2)).isEqualTo(3);
    assertThat(c.getTimestamp(3).toInstant().getEpochSecond()).isEqualTo(1);
    assertThat(c.getTimestamp(4).toInstant().getEpochSecond()).isEqualTo(10);
  }

  @Test
  void aTableLoadsAsTheVocabularyThatItHolds() {
    Vocabulary vocabulary = VocabularyBuilder.load(build(1, 100).repartition(3));

    assertThat(vocabulary.index("c")).isEqualTo(1);
    assertThat(vocabulary.counts()).containsExactly(0, 3, 2, 2, 1);
  }

  private Dataset<Row> build(int minCount, int maxSize) {
    return new VocabularyBuilder(new VocabularyConfig(minCount, maxSize)).build(spark, train);
  }

  private static List<String> items(Dataset<Row> table) {
    return table.select("item_id").as(Encoders.STRING()).collectAsList();
  }
}
