package io.nightjar.clicks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.publish.Documents;
import io.nightjar.publish.Warehouse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * Which files each night has read: {@code ledger/dt=YYYY-MM-DD/files.json}. A file is known by its
 * path, size and modification time; one that was written again is a new file. A night that is run
 * again may read what it read before, and what no night has read.
 */
public final class FileLedger {
  private static final String TABLE = "ledger";
  private static final String KEY = "dt";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Warehouse warehouse;
  private final Documents documents;

  public FileLedger(Warehouse warehouse, Documents documents) {
    this.warehouse = warehouse;
    this.documents = documents;
  }

  /** Of these files, those that no night but {@code dt} has read. */
  public List<FileStatus> unread(List<FileStatus> files, String dt) throws IOException {
    Set<String> read = new TreeSet<>();
    for (String night : warehouse.partitions(TABLE, KEY)) {
      if (!night.equals(dt)) {
        for (JsonNode file :
            documents.read(document(night)).orElseGet(JSON::createObjectNode).path("files")) {
          read.add(identity(file));
        }
      }
    }
    return files.stream().filter(file -> !read.contains(identity(entry(file)))).toList();
  }

  /** The newest night before {@code dt}. */
  public Optional<String> nightBefore(String dt) throws IOException {
    return warehouse.partitions(TABLE, KEY).stream()
        .filter(night -> night.compareTo(dt) < 0)
        .reduce((earlier, later) -> later);
  }

  /** The nights after {@code dt}, ascending. */
  public List<String> nightsAfter(String dt) throws IOException {
    return warehouse.partitions(TABLE, KEY).stream()
        .filter(night -> night.compareTo(dt) > 0)
        .toList();
  }

  /**
   * Notes what a night has read, as the last thing that it does.
   *
   * @param before the night that it went on from
   */
  public void write(String dt, Optional<String> before, List<FileStatus> files) throws IOException {
    ObjectNode night = JSON.createObjectNode();
    before.ifPresent(earlier -> night.put("went_on_from", earlier));
    ArrayNode entries = night.putArray("files");
    files.forEach(file -> entries.add(entry(file)));
    documents.write(document(dt), night);
  }

  private Path document(String dt) {
    return new Path(warehouse.partition(TABLE, KEY, dt), "files.json");
  }

  private static ObjectNode entry(FileStatus file) {
    return JSON.createObjectNode()
        .put("path", file.getPath().toString())
        .put("bytes", file.getLen())
        .put("modified_ms", file.getModificationTime());
  }

  private static String identity(JsonNode file) {
    return List.of("path", "bytes", "modified_ms").stream()
        .map(part -> file.path(part).asText())
        .collect(Collectors.joining("\n"));
  }
}
