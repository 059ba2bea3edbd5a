package io.nightjar.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * Turns data sets of lines {@code user item item ...}, which have no times, into a click log: the
 * n-th item of a line gets the n-th second of 2010.
 */
final class SequenceLines {
  private static final long START_EPOCH_SECONDS = 1_262_304_000;

  private SequenceLines() {}

  /** Writes {@code clicks.csv} for a data set of that kind; does nothing for others. */
  static void toClicks(String data, Path directory) throws IOException {
    String root = Optional.ofNullable(System.getenv("NIGHTJAR_DATA")).orElse("../shared/data");
    Path lines = Path.of(root, data, "sequences.txt.gz");
    Path clicks = directory.resolve("clicks.csv");
    if (!Files.exists(lines) || Files.exists(clicks)) {
      return;
    }
    Files.createDirectories(directory);
    try (BufferedReader in =
            new BufferedReader(
                new InputStreamReader(
                    new GZIPInputStream(Files.newInputStream(lines)), StandardCharsets.UTF_8));
        Writer out = Files.newBufferedWriter(clicks)) {
      out.write("user_id,item_id,timestamp\n");
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] fields = line.strip().split(" ", -1);
        for (int i = 1; i < fields.length; i++) {
          out.write(fields[0] + "," + fields[i] + "," + (START_EPOCH_SECONDS + i) + "\n");
        }
      }
    }
  }
}
