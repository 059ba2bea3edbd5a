package io.nightjar.training;

import io.nightjar.network.NegativeSampler;
import io.nightjar.network.RowBuffers;
import io.nightjar.network.WorkerUpdate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function2;

/**
 * The exchange where tasks run in the driver's own process: all of them read the driver's arrays,
 * and leave their updates in its memory. A broadcast would serialize, compress and copy every item
 * row for nothing.
 */
final class InProcessExchange implements ParameterExchange {

  private static final Map<String, InProcessExchange> OPEN = new ConcurrentHashMap<>();

  private final String key = UUID.randomUUID().toString();
  private final NegativeSampler sampler;
  private final int vocabularySize;
  private final Map<Integer, WorkerUpdate> updates = new ConcurrentHashMap<>();
  private final RowBuffers buffers = new RowBuffers();
  private volatile TrainingState state;
  private WorkerUpdate average;

  InProcessExchange(NegativeSampler sampler, int vocabularySize) {
    this.sampler = sampler;
    this.vocabularySize = vocabularySize;
    OPEN.put(key, this);
  }

  @Override
  public void share(TrainingState newState) {
    state = newState;
  }

  @Override
  public Averaged run(JavaRDD<SequenceBlock> shares, WorkerFunction train) {
    long start = System.nanoTime();
    giveBack(average);
    shares.mapPartitionsWithIndex(task(key, train), false).collect();
    long computed = System.nanoTime();
    List<WorkerUpdate> inOrder =
        updates.entrySet().stream()
            .sorted(Comparator.comparing(Map.Entry::getKey))
            .map(Map.Entry::getValue)
            .toList();
    average = Averaging.average(inOrder, vocabularySize, buffers);
    // The update of a worker that trained alone is the average itself, and is still to be read.
    if (inOrder.stream().filter(update -> update.events() > 0).count() > 1) {
      inOrder.forEach(this::giveBack);
    }
    updates.clear();
    return new Averaged(average, seconds(start, computed), seconds(computed, System.nanoTime()));
  }

  private static Function2<Integer, Iterator<SequenceBlock>, Iterator<Integer>> task(
      String key, WorkerFunction train) {
    return (worker, share) -> {
      InProcessExchange exchange = OPEN.get(key);
      List<Integer> done = new ArrayList<>();
      while (share.hasNext()) {
        WorkerUpdate update =
            train.train(worker, share.next(), exchange.state, exchange.sampler, exchange.buffers);
        exchange.updates.put(worker, update);
        done.add(worker);
      }
      return done.iterator();
    };
  }

  private void giveBack(WorkerUpdate update) {
    if (update != null) {
      buffers.giveBack(update.outputRows());
      buffers.giveBack(update.inputRows());
    }
  }

  private static double seconds(long from, long to) {
    return (to - from) / 1e9;
  }

  @Override
  public void close() {
    OPEN.remove(key);
  }
}
