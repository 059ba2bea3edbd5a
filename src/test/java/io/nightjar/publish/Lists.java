package io.nightjar.publish;

import io.nightjar.LocalSpark;
import io.nightjar.config.PublishConfig;
import io.nightjar.recommend.Recommender;
import java.io.IOException;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Recommendations of made-up users, and publishers for them. */
final class Lists {
  static final String TABLE = "recommendations";
  static final String DATE = "2026-11-20";
  static final int RANKS = 4;

  private Lists() {}

  /** Lists of so many users, all by one model. */
  static Dataset<Row> of(int users, String model) {
    List<Row> rows = new ArrayList<>();
    for (int user = 0; user < users; user++) {
      for (int rank = 1; rank <= RANKS; rank++) {
        rows.add(row("u" + user, rank, "i" + (user + rank), model));
      }
    }
    return LocalSpark.session().createDataFrame(rows, Recommender.SCHEMA).repartition(3);
  }

  static Row row(String user, Integer rank, String item, String model) {
    return RowFactory.create(
        user,
        rank,
        item,
        1f / rank,
        "popular",
        model,
        Timestamp.valueOf("2026-11-21 00:00:00"),
        "settings");
  }

  static Dataset<Row> table(List<Row> rows) {
    return LocalSpark.session().createDataFrame(rows, Recommender.SCHEMA);
  }

  static PublishConfig settings() {
    return new PublishConfig(5_000_000, 0.5, 2, Duration.ofMillis(300), 0, "", List.of());
  }

  static TablePublisher publisher(Warehouse warehouse) {
    return publisher(warehouse, settings());
  }

  static TablePublisher publisher(Warehouse warehouse, PublishConfig settings) {
    return new TablePublisher(LocalSpark.session(), warehouse, "run", settings);
  }

  static Warehouse warehouse(String root) throws IOException {
    return new Warehouse(root, LocalSpark.session().sparkContext().hadoopConfiguration());
  }
}
