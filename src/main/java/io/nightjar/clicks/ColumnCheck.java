package io.nightjar.clicks;

import static org.apache.spark.sql.functions.col;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightjar.config.InputConfig;
import io.nightjar.config.LogFormat;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out before a job starts whether a log has the columns that the configuration names. */
final class ColumnCheck {
  private static final Logger LOG = LoggerFactory.getLogger(ColumnCheck.class);

  /** Lines of a JSON log among which every named field has to occur once. */
  private static final int SAMPLED_LINES = 1_000;

  private static final int MOST_SHOWN_NAMES = 40;
  private static final int MOST_SHOWN_CHARACTERS = 60;
  private static final Pattern NOT_PRINTABLE = Pattern.compile("[\\p{C}\\x{FFFD}]");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final InputConfig input;
  private final Configuration hadoop;

  ColumnCheck(InputConfig input, Configuration hadoop) {
    this.input = input;
    this.hadoop = hadoop;
  }

  /** Checks the first text file that holds a line. */
  void text(List<FileStatus> files) {
    for (FileStatus file : files) {
      List<String> lines = firstLines(file);
      if (lines == null) {
        return;
      }
      if (!lines.isEmpty()) {
        require(input, input.format() == LogFormat.JSON ? fields(lines) : names(lines), file);
        return;
      }
    }
    throw new InputException(
        "The log is empty: no line in " + LogFiles.named(files) + "; expected click records.");
  }

  /** Checks a Parquet log's schema. */
  static void parquet(InputConfig input, List<FileStatus> files, StructType schema) {
    Set<String> present = new TreeSet<>();
    collect("", schema, present);
    require(input, present, files.get(0));
  }

  /** The column of this very name, or else of the path that the name is. */
  static Column column(Dataset<Row> log, String name) {
    boolean isColumn = Arrays.asList(log.schema().fieldNames()).contains(name);
    return col(isColumn ? "`" + name + "`" : name);
  }

  private List<String> names(List<String> lines) {
    return input.format() == LogFormat.ACCESS_LOG
        ? AccessLogParser.NAMES
        : DelimitedParser.names(input, lines.get(0));
  }

  /** Lines from the top of a file, or null if it cannot be read: then the job will say so. */
  private List<String> firstLines(FileStatus file) {
    List<String> lines = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                Compression.open(file.getPath(), hadoop), Charset.forName(input.charset())))) {
      int most = input.format() == LogFormat.JSON ? SAMPLED_LINES : 1;
      while (lines.size() < most) {
        String line = LogFiles.readLine(reader, input.maxLineLength());
        if (line == null) {
          return lines;
        }
        lines.add(lines.isEmpty() && line.startsWith("\uFEFF") ? line.substring(1) : line);
      }
      return lines;
    } catch (IOException e) {
      return lines.isEmpty() ? null : lines;
    }
  }

  private static Collection<String> fields(List<String> lines) {
    Set<String> present = new TreeSet<>();
    for (String line : lines) {
      try {
        collect("", JSON.readTree(line), present);
      } catch (JsonProcessingException e) {
        LOG.debug("not JSON, and so for quarantine: {}", e.getMessage());
      }
    }
    return present;
  }

  private static void collect(String prefix, JsonNode node, Set<String> present) {
    node.properties()
        .forEach(
            field -> {
              present.add(prefix + field.getKey());
              collect(prefix + field.getKey() + ".", field.getValue(), present);
            });
  }

  private static void collect(String prefix, StructType schema, Set<String> present) {
    for (StructField field : schema.fields()) {
      present.add(prefix + field.name());
      if (field.dataType() instanceof StructType inner) {
        collect(prefix + field.name() + ".", inner, present);
      }
    }
  }

  private static void require(InputConfig input, Collection<String> present, FileStatus file) {
    for (String name : input.columns().named()) {
      if (!present.contains(name)) {
        throw new InputException(
            "nightjar.input.columns names "
                + name
                + ", but "
                + file.getPath()
                + " has the columns "
                + shown(present)
                + "; set nightjar.input.columns to these (or leave a name empty)."
                + (input.format().hasHeader() && !input.header()
                    ? " Without a header, columns are c0, c1, ..."
                    : ""));
      }
    }
  }

  /** The names as a message may show them: a file that is no text has names of any kind. */
  private static String shown(Collection<String> names) {
    String shown =
        names.stream()
            .limit(MOST_SHOWN_NAMES)
            .map(name -> name.substring(0, Math.min(MOST_SHOWN_CHARACTERS, name.length())))
            .map(name -> NOT_PRINTABLE.matcher(name).replaceAll("?"))
            .collect(Collectors.joining(", "));
    int more = names.size() - MOST_SHOWN_NAMES;
    return more > 0 ? shown + " and " + more + " more" : shown;
  }
}
