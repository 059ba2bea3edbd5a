package io.nightjar.publish;

import io.nightjar.clicks.InputException;
import java.io.IOException;
import org.apache.hadoop.fs.Path;

/**
 * The right to write one partition, held by one run at a time. While it is held, a thread of its
 * own renews it, so that others can tell a run at work from one that was killed.
 */
public final class Lease implements AutoCloseable {
  private final Leases leases;
  private final Path path;
  private final String owner;
  private final Thread renewal;
  private volatile boolean closed;

  Lease(Leases leases, Path path, String owner) {
    this.leases = leases;
    this.path = path;
    this.owner = owner;
    this.renewal = new Thread(this::renewUntilClosed, "lease " + path.getParent().getName());
    renewal.setDaemon(true);
    renewal.start();
  }

  /**
   * Makes sure, right before something becomes visible, that this run was not taken for dead.
   *
   * @throws InputException if another run took over
   */
  public void check() throws IOException {
    if (!leases.isHeldBy(path, owner)) {
      throw new InputException(
          "This run was taken for dead and another one took over "
              + path.getParent().getName()
              + "; nothing of this run was published.");
    }
  }

  private void renewUntilClosed() {
    while (!closed) {
      try {
        Thread.sleep(leases.renewEvery().toMillis());
        if (!closed) {
          leases.renew(path);
        }
      } catch (InterruptedException e) {
        return;
      } catch (IOException e) {
        // A renewal that fails is made up for by the next one; if none comes in time, check()
        // tells.
        leases.log(path, e);
      }
    }
  }

  /** Gives the partition free. */
  @Override
  public void close() throws IOException {
    closed = true;
    renewal.interrupt();
    try {
      renewal.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (leases.isHeldBy(path, owner)) {
      leases.remove(path);
    }
  }
}
