package io.nightjar.training;

import io.nightjar.network.NegativeSampler;
import io.nightjar.network.RowBuffers;
import io.nightjar.network.WorkerUpdate;
import java.io.Serializable;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/** How parameters get to the workers, and what they made of them back. */
interface ParameterExchange extends AutoCloseable {

  /** Hands out the state that the next round starts from, in place of the one before. */
  void share(TrainingState state);

  /**
   * Runs a round and averages it.
   *
   * @param shares one element per worker
   * @param train a worker's part: takes its number and its share
   * @return the average, valid until the next round; null if no worker had an example
   */
  Averaged run(JavaRDD<SequenceBlock> shares, WorkerFunction train);

  @Override
  void close();

  /** What a worker does in a task. */
  @FunctionalInterface
  interface WorkerFunction extends Serializable {
    WorkerUpdate train(
        int worker,
        SequenceBlock share,
        TrainingState state,
        NegativeSampler sampler,
        RowBuffers buffers);
  }

  /**
   * A round's outcome.
   *
   * @param update the average of the workers; null if none had an example
   * @param computeSeconds until the last worker was done
   * @param aggregateSeconds from then on
   */
  record Averaged(WorkerUpdate update, double computeSeconds, double aggregateSeconds) {}

  /** The exchange that fits where the tasks run. */
  static ParameterExchange open(
      JavaSparkContext spark, NegativeSampler sampler, int vocabularySize) {
    return spark.isLocal()
        ? new InProcessExchange(sampler, vocabularySize)
        : new ClusterExchange(spark, sampler, vocabularySize);
  }
}
