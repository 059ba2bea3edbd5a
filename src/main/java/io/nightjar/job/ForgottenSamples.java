package io.nightjar.job;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Removes users from the documents that show a few of them as examples: the evaluation's pages and
 * the runs' manifests. There a user is an object {@code {"user": id, ...}} in a list.
 */
final class ForgottenSamples {
  private static final List<String> TABLES = List.of("metrics", "runs");

  /** Ids that are looked for in one expression. */
  private static final int IDS_PER_PATTERN = 1_000;

  private final JobContext context;
  private final List<Pattern> patterns = new ArrayList<>();

  ForgottenSamples(JobContext context, Collection<String> ids) {
    this.context = context;
    List<String> all = List.copyOf(ids);
    for (int from = 0; from < all.size(); from += IDS_PER_PATTERN) {
      patterns.add(pattern(all.subList(from, Math.min(all.size(), from + IDS_PER_PATTERN))));
    }
  }

  /** Removes them; returns how many, by table and document. */
  Map<String, Map<String, Long>> remove() throws IOException {
    Map<String, Map<String, Long>> removed = new TreeMap<>();
    for (String table : TABLES) {
      Map<String, Long> ofTable = new TreeMap<>();
      for (FileStatus run : list(context.warehouse().table(table))) {
        for (FileStatus document : list(run.getPath())) {
          long samples = removeFrom(document.getPath());
          if (samples > 0) {
            ofTable.put(run.getPath().getName() + "/" + document.getPath().getName(), samples);
          }
        }
      }
      if (!ofTable.isEmpty()) {
        removed.put(table, ofTable);
      }
    }
    return removed;
  }

  private long removeFrom(Path document) throws IOException {
    FileSystem fileSystem = context.warehouse().fileSystem();
    if (!document.getName().endsWith(".json") && !document.getName().endsWith(".html")) {
      return 0;
    }
    String text;
    try (FSDataInputStream in = fileSystem.open(document)) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    long samples = 0;
    for (Pattern pattern : patterns) {
      Matcher matcher = pattern.matcher(text);
      samples += matcher.results().count();
      text = matcher.replaceAll("");
    }
    if (samples > 0) {
      try (OutputStream out = fileSystem.create(document, true)) {
        out.write(text.getBytes(StandardCharsets.UTF_8));
      }
    }
    return samples;
  }

  /** An object that begins with one of the users, with the comma that parts it from the next. */
  private static Pattern pattern(List<String> ids) {
    List<String> quoted = new ArrayList<>();
    for (String id : ids) {
      String json = new String(JsonStringEncoder.getInstance().quoteAsString(id));
      quoted.add(Pattern.quote(json));
      // As HtmlReport writes it into its page.
      if (json.contains("<")) {
        quoted.add(Pattern.quote(json.replace("<", "\\u003c")));
      }
    }
    String object =
        "\\{\\s*\"user\"\\s*:\\s*\"(?:"
            + String.join("|", quoted)
            + ")\"(?:[^\"}]|\"(?:[^\"\\\\]|\\\\.)*+\")*+\\}";
    return Pattern.compile(object + "\\s*,\\s*|\\s*,\\s*" + object + "|" + object);
  }

  private List<FileStatus> list(Path directory) throws IOException {
    FileSystem fileSystem = context.warehouse().fileSystem();
    if (!fileSystem.exists(directory) || !fileSystem.getFileStatus(directory).isDirectory()) {
      return List.of();
    }
    return List.of(fileSystem.listStatus(directory));
  }
}
