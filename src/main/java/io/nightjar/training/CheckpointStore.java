package io.nightjar.training;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one training run in a directory of its own. A checkpoint is written under
 * another name and renamed when it is whole; the one before is kept until then, and one more in
 * case the newest turns out damaged.
 */
public final class CheckpointStore {

  private static final Logger log = LoggerFactory.getLogger(CheckpointStore.class);
  private static final String PREFIX = "checkpoint-";
  private static final int KEPT = 2;

  private final FileSystem files;
  private final Path directory;
  private final String fingerprint;

  /**
   * @param directory of the run; created when the first checkpoint is written
   * @param fingerprint of everything that a resumed training has to have in common with the one
   *     that left the checkpoint: settings, vocabulary, data; a checkpoint with another one is
   *     passed over
   */
  public CheckpointStore(FileSystem files, Path directory, String fingerprint) {
    this.files = files;
    this.directory = directory;
    this.fingerprint = fingerprint;
  }

  /** Removes all checkpoints of the run: it is over. */
  public void clear() throws IOException {
    files.delete(directory, true);
  }

  /** Path of the newest checkpoint, or null. */
  String newest() throws IOException {
    List<Path> found = newestFirst();
    return found.isEmpty() ? null : found.get(0).toString();
  }

  /** Writes a checkpoint, and removes those that are no longer needed. */
  void save(TrainingProgress progress) throws IOException {
    Path whole =
        new Path(directory, PREFIX + "%05d-%06d".formatted(progress.epoch(), progress.round()));
    Path partial = new Path(directory, "_" + whole.getName() + "." + UUID.randomUUID());
    try (OutputStream out = new BufferedOutputStream(files.create(partial, true))) {
      CheckpointFormat.write(progress, fingerprint, out);
    }
    files.delete(whole, false);
    if (!files.rename(partial, whole)) {
      throw new IOException("could not rename " + partial + " to " + whole);
    }
    List<Path> found = newestFirst();
    for (Path old : found.subList(Math.min(KEPT, found.size()), found.size())) {
      files.delete(old, false);
    }
  }

  /**
   * Restores the newest checkpoint that is whole and belongs to this training.
   *
   * @param start makes the progress of a training that begins
   * @return where to go on, which is the start where there is no such checkpoint
   */
  TrainingProgress resume(Supplier<TrainingProgress> start) throws IOException {
    for (Path path : newestFirst()) {
      TrainingProgress progress = start.get();
      try (InputStream in = new BufferedInputStream(files.open(path))) {
        if (CheckpointFormat.read(progress, fingerprint, in)) {
          log.info(
              "resuming from {}: epoch {}, round {}",
              path,
              progress.epoch() + 1,
              progress.round() + 1);
          return progress;
        }
        log.warn("passing over {}: it is of another training, or damaged", path);
      } catch (IOException e) {
        log.warn("passing over {}: {}", path, e.toString());
      }
    }
    return start.get();
  }

  private List<Path> newestFirst() throws IOException {
    try {
      return Arrays.stream(files.listStatus(directory))
          .map(FileStatus::getPath)
          .filter(path -> path.getName().startsWith(PREFIX))
          .sorted(Comparator.comparing(Path::getName).reversed())
          .toList();
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }
}
