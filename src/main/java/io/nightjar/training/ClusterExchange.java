package io.nightjar.training;

import io.nightjar.network.NegativeSampler;
import io.nightjar.network.RowBuffers;
import io.nightjar.network.WorkerUpdate;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * The exchange with executors: the state goes out as a broadcast; the updates are cut into parts by
 * item, and each part is averaged by one task, in order of the workers, so that the driver receives
 * every touched row once however many workers touched it.
 */
final class ClusterExchange implements ParameterExchange {

  private final JavaSparkContext spark;
  private final Broadcast<NegativeSampler> sampler;
  private final int vocabularySize;
  private Broadcast<TrainingState> state;

  ClusterExchange(JavaSparkContext spark, NegativeSampler sampler, int vocabularySize) {
    this.spark = spark;
    this.sampler = spark.broadcast(sampler);
    this.vocabularySize = vocabularySize;
  }

  @Override
  public void share(TrainingState newState) {
    if (state != null) {
      state.destroy();
    }
    state = spark.broadcast(newState);
  }

  @Override
  public Averaged run(JavaRDD<SequenceBlock> shares, WorkerFunction train) {
    long start = System.nanoTime();
    int parts = shares.getNumPartitions();
    JavaRDD<NumberedUpdate> updates =
        shares
            .mapPartitionsWithIndex(task(state, sampler, train), false)
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      updates.count();
      long computed = System.nanoTime();
      int items = vocabularySize;
      JavaRDD<WorkerUpdate> averages =
          updates
              .flatMapToPair(update -> cut(update, parts))
              .groupByKey(new HashPartitioner(parts))
              .map(part -> averageInOrder(part._2(), items));
      WorkerUpdate average =
          ItemParts.join(averages.collect().stream().filter(Objects::nonNull).toList());
      return new Averaged(average, seconds(start, computed), seconds(computed, System.nanoTime()));
    } finally {
      updates.unpersist(true);
    }
  }

  /** A worker's update, or a part of it. */
  private record NumberedUpdate(int worker, WorkerUpdate update) implements Serializable {}

  private static Function2<Integer, Iterator<SequenceBlock>, Iterator<NumberedUpdate>> task(
      Broadcast<TrainingState> state, Broadcast<NegativeSampler> sampler, WorkerFunction train) {
    return (worker, share) -> {
      List<NumberedUpdate> updates = new ArrayList<>();
      while (share.hasNext()) {
        updates.add(
            new NumberedUpdate(
                worker,
                train.train(
                    worker, share.next(), state.value(), sampler.value(), new RowBuffers())));
      }
      return updates.iterator();
    };
  }

  private static Iterator<Tuple2<Integer, NumberedUpdate>> cut(NumberedUpdate whole, int parts) {
    List<WorkerUpdate> cut = ItemParts.cut(whole.update(), parts);
    return IntStream.range(0, parts)
        .mapToObj(part -> new Tuple2<>(part, new NumberedUpdate(whole.worker(), cut.get(part))))
        .iterator();
  }

  private static WorkerUpdate averageInOrder(Iterable<NumberedUpdate> updates, int vocabularySize) {
    return Averaging.average(
        StreamSupport.stream(updates.spliterator(), false)
            .sorted(Comparator.comparingInt(NumberedUpdate::worker))
            .map(NumberedUpdate::update)
            .toList(),
        vocabularySize,
        new RowBuffers());
  }

  private static double seconds(long from, long to) {
    return (to - from) / 1e9;
  }

  @Override
  public void close() {
    if (state != null) {
      state.destroy();
    }
    sampler.destroy();
  }
}
