package io.nightjar.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;

/**
 * JSON documents in the warehouse: manifests, metrics, pointers. A reader sees the old or the new.
 */
public final class Documents {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final FileSystem fileSystem;

  public Documents(FileSystem fileSystem) {
    this.fileSystem = fileSystem;
  }

  /** Writes beside the document, then renames over it. */
  public void write(Path path, JsonNode document) throws IOException {
    Path unfinished = new Path(path.getParent(), "_" + path.getName() + ".unfinished");
    try (OutputStream out = fileSystem.create(unfinished, true)) {
      out.write(JSON.writeValueAsBytes(document));
    }
    FileContext.getFileContext(path.toUri(), fileSystem.getConf())
        .rename(unfinished, path, Options.Rename.OVERWRITE);
  }

  /** The document, or nothing if there is none. */
  public Optional<JsonNode> read(Path path) throws IOException {
    if (!fileSystem.exists(path)) {
      return Optional.empty();
    }
    try (InputStream in = fileSystem.open(path)) {
      return Optional.of(JSON.readTree(in));
    }
  }
}
