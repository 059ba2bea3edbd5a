package io.nightjar.publish;

import io.nightjar.clicks.InputException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leases as files: {@code _leases/<name>/<number>}, created with the file system's exclusive
 * create.
 *
 * <p>A lease is renewed by touching its file. Whether its holder lives is never judged by comparing
 * clocks of two machines: whoever wants the lease watches the file; if it is touched, its holder
 * lives, and if it stays untouched for the patience, its holder is dead. A dead holder's lease is
 * not deleted and created again, which two could do at once, but outnumbered: creating the next
 * number exclusively has one winner.
 */
public final class Leases {
  private static final Logger LOG = LoggerFactory.getLogger(Leases.class);
  private static final int RENEWALS_WITHIN_PATIENCE = 6;
  private static final int LOOKS_WITHIN_PATIENCE = 50;

  private final Path root;
  private final FileSystem fileSystem;
  private final AtomicFiles files;
  private final Duration patience;

  /**
   * @param patience how long a lease has to stay untouched for its holder to count as dead
   */
  public Leases(Warehouse warehouse, Duration patience) {
    this.root = warehouse.leases();
    this.files = AtomicFiles.on(warehouse.fileSystem());
    this.fileSystem = files.fileSystem();
    this.patience = patience;
  }

  /**
   * Takes a lease; waits for the patience if the run that has it gives no sign of life.
   *
   * @param name of what is leased, like {@code recommendations-dt=2026-11-20}
   * @param holder is told to others who want it
   * @throws InputException if a living run holds it
   */
  public Lease acquire(String name, String holder) throws IOException {
    Path directory = new Path(root, name);
    List<FileStatus> dead = leasesIn(directory);
    for (FileStatus lease : dead) {
      if (isRenewed(lease)) {
        throw heldBy(lease.getPath(), name);
      }
    }
    String owner = holder + " " + UUID.randomUUID();
    long number = dead.isEmpty() ? 1 : number(dead.get(dead.size() - 1)) + 1;
    Path own = new Path(directory, Long.toString(number));
    if (!files.createNew(own, owner.getBytes(StandardCharsets.UTF_8))) {
      throw heldBy(own, name);
    }
    for (FileStatus lease : leasesIn(directory)) {
      boolean foundDeadBefore =
          dead.stream().anyMatch(before -> before.getPath().equals(lease.getPath()));
      if (foundDeadBefore) {
        LOG.warn("{}: taking over from a run that was killed", name);
        remove(lease.getPath());
      } else if (!lease.getPath().equals(own)) {
        remove(own);
        throw heldBy(lease.getPath(), name);
      }
    }
    return new Lease(this, own, owner);
  }

  /** Whether anybody holds or held the lease and did not give it back. */
  public boolean isTaken(String name) throws IOException {
    return !leasesIn(new Path(root, name)).isEmpty();
  }

  Duration renewEvery() {
    return patience.dividedBy(RENEWALS_WITHIN_PATIENCE);
  }

  boolean isHeldBy(Path lease, String owner) throws IOException {
    return content(lease).filter(owner::equals).isPresent();
  }

  void renew(Path lease) throws IOException {
    fileSystem.setTimes(lease, System.currentTimeMillis(), -1);
  }

  void remove(Path lease) throws IOException {
    fileSystem.delete(lease, false);
  }

  void log(Path lease, IOException failure) {
    LOG.warn("Cannot renew {}: {}", lease, failure.getMessage());
  }

  /** Ascending by number. */
  private List<FileStatus> leasesIn(Path directory) throws IOException {
    try {
      return Arrays.stream(fileSystem.listStatus(directory))
          .sorted(Comparator.comparingLong(Leases::number))
          .toList();
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  private static long number(FileStatus lease) {
    return Long.parseLong(lease.getPath().getName());
  }

  /** Watches a lease for the patience at most. */
  private boolean isRenewed(FileStatus lease) throws IOException {
    long pause = Math.max(1, patience.toMillis() / LOOKS_WITHIN_PATIENCE);
    try {
      for (int look = 0; look < LOOKS_WITHIN_PATIENCE; look++) {
        Thread.sleep(pause);
        long touched = fileSystem.getFileStatus(lease.getPath()).getModificationTime();
        if (touched != lease.getModificationTime()) {
          return true;
        }
      }
      return false;
    } catch (FileNotFoundException e) {
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while waiting for " + lease.getPath(), e);
    }
  }

  private InputException heldBy(Path lease, String name) throws IOException {
    return new InputException(
        "Another run is writing "
            + name
            + " ("
            + content(lease).orElse("just finished")
            + "); this one leaves it alone. Run again when it is done.");
  }

  private Optional<String> content(Path lease) throws IOException {
    try (InputStream in = fileSystem.open(lease)) {
      return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }
}
