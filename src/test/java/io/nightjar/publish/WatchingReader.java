package io.nightjar.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;

/**
 * Reads a table over and over while it is published. What a look sees is a text: the models of the
 * rows, and how many rows there are.
 */
final class WatchingReader implements AutoCloseable {
  private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
  private final Thread thread;
  private volatile boolean closed;

  WatchingReader(Callable<String> look) {
    this.thread =
        new Thread(
            () -> {
              while (!closed) {
                seen.add(attempt(look));
              }
            });
    thread.start();
  }

  private static String attempt(Callable<String> look) {
    try {
      return look.call();
    } catch (Exception e) {
      return "failed: " + e;
    }
  }

  /** Waits until the reader has looked again at least this often. */
  void awaitLooks(int looks) throws InterruptedException {
    int until = seen.size() + looks;
    while (seen.size() < until) {
      Thread.sleep(1);
    }
  }

  /** Stops reading; everything that it saw must be among these. */
  void sawOnly(Set<String> expected) {
    close();
    assertThat(seen).hasSizeGreaterThan(1);
    assertThat(new TreeSet<>(seen)).isSubsetOf(expected);
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
