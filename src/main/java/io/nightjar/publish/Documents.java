package io.nightjar.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * JSON documents in the warehouse: manifests, metrics, pointers. A reader sees the old or the new.
 */
public final class Documents {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final AtomicFiles files;

  public Documents(FileSystem fileSystem) {
    this.files = AtomicFiles.on(fileSystem);
  }

  /** Writes beside the document, then renames over it. */
  public void write(Path path, JsonNode document) throws IOException {
    Path unfinished = new Path(path.getParent(), "_" + path.getName() + ".unfinished");
    try (OutputStream out = files.fileSystem().create(unfinished, true)) {
      out.write(JSON.writeValueAsBytes(document));
    }
    files.replace(unfinished, path);
  }

  /** The document, or nothing if there is none. */
  public Optional<JsonNode> read(Path path) throws IOException {
    if (!files.fileSystem().exists(path)) {
      return Optional.empty();
    }
    try (InputStream in = files.fileSystem().open(path)) {
      return Optional.of(JSON.readTree(in));
    }
  }
}
