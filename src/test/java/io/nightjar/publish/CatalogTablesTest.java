package io.nightjar.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightjar.LocalSpark;
import io.nightjar.config.PublishConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Publishing to Iceberg, by configuration alone. */
class CatalogTablesTest {
  private static final String IDENTIFIER = "lake.nightjar.recommendations";

  @TempDir private Path directory;

  @Test
  void datesOfATableInACatalogAreReplacedInOneCommit() throws Exception {
    SparkSession spark = LocalSpark.session();
    spark.conf().set("spark.sql.catalog.lake", "org.apache.iceberg.spark.SparkCatalog");
    spark.conf().set("spark.sql.catalog.lake.type", "hadoop");
    spark.conf().set("spark.sql.catalog.lake.warehouse", directory.resolve("lake").toString());
    TablePublisher publisher =
        Lists.publisher(
            Lists.warehouse(directory.resolve("warehouse").toString()),
            new PublishConfig(
                1_000_000,
                0.5,
                2,
                Duration.ofMillis(600),
                0,
                "lake.nightjar",
                List.of(Lists.TABLE)));

    publish(publisher, 50, "even", "2026-11-19");
    publish(publisher, 50, "even", Lists.DATE);
    try (WatchingReader reader = new WatchingReader(this::look)) {
      publish(publisher, 60, "odd", Lists.DATE);
      reader.awaitLooks(2);
      reader.sawOnly(Set.of("[even] 400", "[even, odd] 440"));
    }

    assertThat(spark.table(IDENTIFIER).schema().apply("dt").dataType().sql()).isEqualTo("DATE");
    Row read = publisher.read(Lists.TABLE, "dt", Lists.DATE, "recommend").head();
    assertThat(read.schema().fieldNames()).doesNotContain("dt");
    assertThat(spark.table(IDENTIFIER + ".snapshots").count()).isEqualTo(3);
    assertThat(directory.resolve("warehouse").resolve(Lists.TABLE)).doesNotExist();
  }

  private static void publish(TablePublisher publisher, int users, String model, String date)
      throws IOException {
    publisher.publish(Lists.of(users, model), Lists.TABLE, "dt", date);
  }

  private String look() {
    LocalSpark.session().catalog().refreshTable(IDENTIFIER);
    List<Row> models =
        LocalSpark.session().table(IDENTIFIER).select("model_version").collectAsList();
    Set<String> distinct = new TreeSet<>();
    models.forEach(row -> distinct.add(row.getString(0)));
    return distinct + " " + models.size();
  }
}
