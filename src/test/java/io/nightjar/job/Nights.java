package io.nightjar.job;

import io.nightjar.LocalSpark;
import io.nightjar.config.ConfigLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A warehouse and a log directory of a test's own, and jobs run on them. */
final class Nights {
  private final Path directory;
  private final List<String> settings = new ArrayList<>();

  Nights(Path directory, String... settings) throws IOException {
    this.directory = directory;
    this.settings.add("warehouse=\"" + directory.resolve("warehouse") + "\"");
    this.settings.add(
        "input.paths=[\"" + Files.createDirectories(directory.resolve("log")) + "\"]");
    this.settings.addAll(List.of(settings));
  }

  Nights with(String setting) {
    settings.add(setting);
    return this;
  }

  Path directory() {
    return directory;
  }

  Path log(String file, String... lines) throws IOException {
    return Files.writeString(
        directory.resolve("log").resolve(file), String.join("\n", lines) + "\n");
  }

  JobReport sessionize(String date) throws IOException {
    return run(new SessionizeJob(), date);
  }

  JobReport run(Job job, String date) throws IOException {
    return job.run(context(date));
  }

  JobContext context(String date) throws IOException {
    return JobContext.create(
        LocalSpark.session(),
        ConfigLoader.load(Optional.empty(), settings),
        LocalDate.parse(date),
        date,
        Clock.systemUTC());
  }

  Dataset<Row> table(String table, String date) {
    return LocalSpark.session()
        .read()
        .parquet(directory.resolve("warehouse/" + table + "/dt=" + date).toString());
  }

  /** A user's items in the sequences table. */
  List<String> sequence(String user, String date) {
    return table("sequences", date)
        .filter("user_id = '" + user + "'")
        .select("items")
        .collectAsList()
        .stream()
        .flatMap(row -> row.<String>getList(0).stream())
        .toList();
  }
}
