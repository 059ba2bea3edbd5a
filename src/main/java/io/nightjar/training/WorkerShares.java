package io.nightjar.training;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.storage.StorageLevel;
import org.nd4j.linalg.dataset.DataSet;
import scala.Tuple2;

/**
 * The training sequences, dealt out to the workers once and kept there: mini-batch by mini-batch in
 * order of time, so that every slice of time is shared by all workers.
 */
final class WorkerShares implements AutoCloseable {

  private final JavaRDD<SequenceBlock> shares;
  private final int workers;
  private final long sequences;
  private final int batch;
  private final long[] itemCounts;

  private WorkerShares(
      JavaRDD<SequenceBlock> shares, int workers, long sequences, int batch, long[] itemCounts) {
    this.shares = shares;
    this.workers = workers;
    this.sequences = sequences;
    this.batch = batch;
    this.itemCounts = itemCounts;
  }

  /**
   * Deals out the sequences.
   *
   * @param batches data sets of {@link SequenceBatches}, in order of time
   * @param batch sequences per mini-batch
   * @param vocabularySize upper bound of the item indices, exclusive
   */
  static WorkerShares deal(JavaRDD<DataSet> batches, int workers, int batch, int vocabularySize) {
    JavaRDD<SequenceBlock> blocks =
        batches.mapPartitions(WorkerShares::decode).persist(StorageLevel.MEMORY_AND_DISK());
    try {
      long[] starts = starts(blocks);
      long[] counts = count(blocks, vocabularySize);
      JavaRDD<SequenceBlock> shares =
          numbered(blocks, starts)
              .repartitionAndSortWithinPartitions(new MiniBatchDealer(workers, batch))
              .mapPartitions(WorkerShares::collect)
              .persist(StorageLevel.MEMORY_AND_DISK());
      shares.count();
      return new WorkerShares(shares, workers, starts[starts.length - 1], batch, counts);
    } finally {
      blocks.unpersist(true);
    }
  }

  /** One element per worker: its sequences in order of time. */
  JavaRDD<SequenceBlock> shares() {
    return shares;
  }

  /** Number of workers; some may have no sequence. */
  int workers() {
    return workers;
  }

  /** Sequences of all workers. */
  long sequences() {
    return sequences;
  }

  /** How often each item occurs, {@code [vocabularySize]}. */
  long[] itemCounts() {
    return itemCounts;
  }

  /** Mini-batches of all workers. */
  long batches() {
    return (sequences + batch - 1) / batch;
  }

  /** Mini-batches of the worker that has most of them. */
  int batchesPerWorker() {
    return Math.toIntExact((batches() + workers - 1) / workers);
  }

  @Override
  public void close() {
    shares.unpersist(true);
  }

  private static Iterator<SequenceBlock> decode(Iterator<DataSet> batches) {
    SequenceBlock block = new SequenceBlock();
    batches.forEachRemaining(batch -> SequenceBatches.decode(batch, block));
    return List.of(block).iterator();
  }

  /**
   * The number of the first sequence of each partition, and the number of all sequences at the end.
   */
  private static long[] starts(JavaRDD<SequenceBlock> blocks) {
    List<Integer> sizes = blocks.map(SequenceBlock::size).collect();
    long[] starts = new long[sizes.size() + 1];
    for (int i = 0; i < sizes.size(); i++) {
      starts[i + 1] = starts[i] + sizes.get(i);
    }
    return starts;
  }

  private static long[] count(JavaRDD<SequenceBlock> blocks, int vocabularySize) {
    return blocks.treeAggregate(
        new long[vocabularySize],
        (counts, block) -> {
          block.addCounts(counts);
          return counts;
        },
        (a, b) -> {
          for (int i = 0; i < a.length; i++) {
            a[i] += b[i];
          }
          return a;
        });
  }

  private static JavaPairRDD<Long, int[]> numbered(JavaRDD<SequenceBlock> blocks, long[] starts) {
    return blocks
        .mapPartitionsWithIndex(
            (partition, iterator) -> {
              List<Tuple2<Long, int[]>> sequences = new ArrayList<>();
              long number = starts[partition];
              while (iterator.hasNext()) {
                SequenceBlock block = iterator.next();
                for (int i = 0; i < block.size(); i++) {
                  sequences.add(new Tuple2<>(number++, withFirstTarget(block, i)));
                }
              }
              return sequences.iterator();
            },
            false)
        .mapToPair(pair -> pair);
  }

  /** The first target travels in front of the items. */
  private static int[] withFirstTarget(SequenceBlock block, int index) {
    int[] sequence = block.sequence(index);
    int[] record = new int[sequence.length + 1];
    record[0] = block.firstTarget(index);
    System.arraycopy(sequence, 0, record, 1, sequence.length);
    return record;
  }

  private static Iterator<SequenceBlock> collect(Iterator<Tuple2<Long, int[]>> records) {
    SequenceBlock block = new SequenceBlock();
    while (records.hasNext()) {
      int[] record = records.next()._2();
      int[] sequence = new int[record.length - 1];
      System.arraycopy(record, 1, sequence, 0, sequence.length);
      block.add(sequence, record[0]);
    }
    return List.of(block).iterator();
  }
}
