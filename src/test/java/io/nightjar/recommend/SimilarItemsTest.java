package io.nightjar.recommend;

import static io.nightjar.recommend.Shop.ITEMS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nightjar.LocalSpark;
import io.nightjar.evaluation.CosineRanker;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class SimilarItemsTest {
  private static final float[] VECTORS = Shop.ENCODER.parameters().inputRows();

  @Test
  void everyItemHasTheNeighboursThatBruteForceFinds() {
    var ofItem = similar(6, 64).stream().collect(Collectors.groupingBy(row -> row.getString(0)));

    assertThat(ofItem).hasSize(ITEMS);
    for (int item = 1; item <= ITEMS; item++) {
      int of = item;
      List<String> expected =
          IntStream.rangeClosed(1, ITEMS)
              .boxed()
              .filter(other -> other != of)
              .sorted(Comparator.comparing(other -> -cosine(of, other)))
              .limit(6)
              .map(other -> "i" + other)
              .toList();
      List<Row> rows = ofItem.get("i" + item);
      assertThat(rows.stream().map(row -> row.getInt(1))).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(rows.stream().map(row -> row.getString(2)).toList()).isEqualTo(expected);
      assertThat(rows.get(0).getFloat(3))
          .isCloseTo((float) cosine(of, index(expected.get(0))), within(1e-5f));
    }
  }

  @Test
  void theSizeOfBatchesChangesNoNeighbour() {
    assertThat(neighbours(similar(3, 1))).isEqualTo(neighbours(similar(3, 1000)));
  }

  @Test
  void asManyNeighboursAsThereAreOtherItems() {
    assertThat(similar(ITEMS + 5, 256)).hasSize(ITEMS * (ITEMS - 1));
  }

  @Test
  void aVectorOfZerosIsLikeNoOther() {
    float[] unit = CosineRanker.unitVectors(new float[] {0, 0, 3, 4}, 2);
    assertThat(unit).containsExactly(new float[] {0, 0, 0.6f, 0.8f}, within(1e-6f));
  }

  private static List<Row> similar(int k, int batch) {
    return new SimilarItems(LocalSpark.session(), k, batch)
        .of(new CosineRanker(VECTORS, Shop.DIMENSIONS), Shop.vocabulary())
        .orderBy("item_id", "rank")
        .collectAsList();
  }

  private static List<String> neighbours(List<Row> rows) {
    return rows.stream().map(row -> row.getString(0) + row.getInt(1) + row.getString(2)).toList();
  }

  private static int index(String item) {
    return Shop.VOCABULARY.index(item);
  }

  private static double cosine(int item, int other) {
    return dot(item, other) / Math.sqrt(dot(item, item) * dot(other, other));
  }

  private static double dot(int item, int other) {
    double sum = 0;
    for (int d = 0; d < Shop.DIMENSIONS; d++) {
      sum += (double) VECTORS[item * Shop.DIMENSIONS + d] * VECTORS[other * Shop.DIMENSIONS + d];
    }
    return sum;
  }
}
