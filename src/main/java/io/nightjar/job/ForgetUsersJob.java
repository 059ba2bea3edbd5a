package io.nightjar.job;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.expr;

import io.nightjar.clicks.InputException;
import io.nightjar.clicks.Pseudonyms;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes users from every table in the warehouse or its catalog that has a {@code user_id} column
 * or raw records, quarantine included, and from the documents that show a few users; keeps them out
 * of every later night, a night that is run again too. Models were trained with what they clicked
 * and are as they were until the next training; old snapshots of catalog tables are the catalog's
 * to expire.
 */
public final class ForgetUsersJob implements Job {
  private static final Logger LOG = LoggerFactory.getLogger(ForgetUsersJob.class);

  /** Users whose removal is looked for inside raw records in one expression. */
  private static final int IDS_PER_PATTERN = 1_000;

  private final String usersFile;

  /**
   * @param usersFile any Hadoop path; one user id per line, as the logs have it
   */
  public ForgetUsersJob(String usersFile) {
    this.usersFile = usersFile;
  }

  @Override
  public String name() {
    return "forget-users";
  }

  @Override
  public JobReport run(JobContext context) throws IOException {
    Set<String> rawIds = readUsers(context);
    Set<String> ids = new TreeSet<>(rawIds);
    Pseudonyms pseudonyms =
        Pseudonyms.read(
            context.config().input().pseudonymKeyFile(),
            context.spark().sparkContext().hadoopConfiguration());
    if (pseudonyms != null) {
      rawIds.forEach(id -> ids.add(pseudonyms.of(id)));
    }

    // Out of tomorrow's nights first: if this run dies half-way, nobody comes back meanwhile.
    ForgottenUsersDocument.write(context, ForgottenUsersDocument.read(context).and(ids));

    // With session scope, sequences and recommendations are under the ids of the users' sessions.
    Set<String> owners = new TreeSet<>(ids);
    owners.addAll(sessionIds(context, ids));

    Map<String, Map<String, Long>> removed = new TreeMap<>();
    for (String table : tables(context)) {
      Map<String, Long> ofTable = forget(context, table, owners, ids);
      if (!ofTable.isEmpty()) {
        LOG.info("{}: removed rows {}", table, ofTable);
        removed.put(table, ofTable);
      }
    }
    removed.putAll(new ForgottenSamples(context, owners).remove());
    long rows =
        removed.values().stream().flatMap(of -> of.values().stream()).mapToLong(n -> n).sum();
    return JobReport.empty()
        .with("users", rawIds.size())
        .with("rows_removed", rows)
        .with("removed", removed);
  }

  private Set<String> readUsers(JobContext context) {
    Path path = new Path(usersFile);
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                path.getFileSystem(context.spark().sparkContext().hadoopConfiguration()).open(path),
                StandardCharsets.UTF_8))) {
      Set<String> ids =
          reader
              .lines()
              .map(String::strip)
              .filter(line -> !line.isEmpty())
              .collect(Collectors.toCollection(TreeSet::new));
      if (ids.isEmpty()) {
        throw new InputException(
            "--users " + usersFile + " is empty; expected a user id per line.");
      }
      return ids;
    } catch (IOException e) {
      throw new InputException(
          "--users " + usersFile + " cannot be read; expected a file with a user id per line.", e);
    }
  }

  /** The ids of users' sessions, as {@code UserSequences} may write them with session scope. */
  private static Set<String> sessionIds(JobContext context, Set<String> ids) throws IOException {
    Set<String> sessions = new TreeSet<>();
    for (String partition : context.tables().partitions("sessions")) {
      rows(context, "sessions", partition)
          .join(broadcast(users(context, ids)), "user_id")
          .select(
              explode(expr("array(session_id, concat_ws('-', session_id, unix_micros(start)))")))
          .as(Encoders.STRING())
          .collectAsList()
          .forEach(sessions::add);
    }
    return sessions;
  }

  private static Dataset<Row> rows(JobContext context, String table, String partition)
      throws IOException {
    String[] keyAndValue = partition.split("=", 2);
    return context.tables().read(table, keyAndValue[0], keyAndValue[1], "sessionize");
  }

  /** Removes rows from a table; returns how many, by partition. */
  private static Map<String, Long> forget(
      JobContext context, String table, Set<String> owners, Set<String> ids) throws IOException {
    Map<String, Long> removed = new TreeMap<>();
    for (String partition : context.tables().partitions(table)) {
      Dataset<Row> rows = rows(context, table, partition);
      Set<String> columns = Set.of(rows.columns());
      if (!columns.contains("user_id") && !columns.contains("raw")) {
        continue;
      }
      Dataset<Row> rest = rows;
      if (columns.contains("user_id")) {
        Dataset<Row> forgotten = users(context, owners).toDF("forgotten");
        rest =
            rows.join(
                broadcast(forgotten), rows.col("user_id").equalTo(col("forgotten")), "left_anti");
      }
      rest = columns.contains("raw") ? rest.filter(namesAnyOf(ids).unary_$bang()) : rest;
      long count = rows.count() - rest.count();
      if (count > 0) {
        String[] keyAndValue = partition.split("=", 2);
        context
            .tables()
            .publish(rest.select(columnsOf(rows)), table, keyAndValue[0], keyAndValue[1]);
        removed.put(partition, count);
      }
    }
    return removed;
  }

  private static Column[] columnsOf(Dataset<Row> rows) {
    return Arrays.stream(rows.columns()).map(name -> col("`" + name + "`")).toArray(Column[]::new);
  }

  /** Whether a raw record has one of the ids in it, not as a part of a longer word. */
  private static Column namesAnyOf(Set<String> ids) {
    List<String> all = List.copyOf(ids);
    Column names = col("raw").isNull();
    for (int from = 0; from < all.size(); from += IDS_PER_PATTERN) {
      String pattern =
          all.subList(from, Math.min(all.size(), from + IDS_PER_PATTERN)).stream()
              .map(Pattern::quote)
              .collect(Collectors.joining("|", "(?<![\\p{Alnum}_-])(?:", ")(?![\\p{Alnum}_-])"));
      names = names.or(col("raw").rlike(pattern));
    }
    return names;
  }

  private static Dataset<Row> users(JobContext context, Set<String> ids) {
    return context.spark().createDataset(List.copyOf(ids), Encoders.STRING()).toDF("user_id");
  }

  /** The tables of the warehouse's directories and of its catalog. */
  private static Set<String> tables(JobContext context) throws IOException {
    FileSystem fileSystem = context.warehouse().fileSystem();
    Path root = context.warehouse().table("sessions").getParent();
    Set<String> tables = new TreeSet<>(context.config().publish().catalogTables());
    for (FileStatus directory :
        fileSystem.exists(root) ? fileSystem.listStatus(root) : new FileStatus[0]) {
      String name = directory.getPath().getName();
      if (directory.isDirectory() && !name.startsWith("_") && !name.startsWith(".")) {
        tables.add(name);
      }
    }
    return tables;
  }
}
