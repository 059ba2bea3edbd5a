package io.nightjar.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightjar.LocalSpark;
import io.nightjar.network.NegativeSampler;
import io.nightjar.network.NetworkParameters;
import io.nightjar.network.WorkerUpdate;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;

class InProcessExchangeTest {
  private static final AtomicInteger CALLS = new AtomicInteger();

  @Test
  void aTaskThatFailsAfterItsWorkAndIsDoneAgainChangesNothing() {
    WorkerUpdate undisturbed = round(false);
    WorkerUpdate disturbed = round(true);

    assertThat(CALLS.get()).isEqualTo(3);
    assertThat(disturbed.events()).isEqualTo(undisturbed.events());
    assertThat(disturbed.lossSum()).isEqualTo(undisturbed.lossSum());
    assertThat(disturbed.outputRows().items()).isEqualTo(undisturbed.outputRows().items());
    assertThat(disturbed.outputRows().weights()).isEqualTo(undisturbed.outputRows().weights());
    assertThat(disturbed.outputRows().state()).isEqualTo(undisturbed.outputRows().state());
    assertThat(disturbed.lstm().get(0).arrays()).isDeepEqualTo(undisturbed.lstm().get(0).arrays());
  }

  /** Two workers train one round; the first task of worker 1 fails when its work is done. */
  private static WorkerUpdate round(boolean fails) {
    CALLS.set(0);
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
    TrainingSettings settings = Successors.settings(2, 100, 0, 0);
    NetworkParameters parameters = NetworkParameters.initial(Successors.TIED, 1);
    long[] counts = new long[Successors.ITEMS + 1];
    Arrays.fill(counts, 1, counts.length, 1);
    Worker worker = new Worker(settings, new Round(0, 0, 1, 0, 4), 2, 8);
    JavaRDD<SequenceBlock> shares =
        spark
            .parallelize(Successors.sequences(64), 2)
            .mapPartitions(
                sequences -> {
                  SequenceBlock block = new SequenceBlock();
                  sequences.forEachRemaining(sequence -> block.add(sequence, 1));
                  return Arrays.asList(block).iterator();
                });
    try (InProcessExchange exchange =
        new InProcessExchange(new NegativeSampler(counts, 0.5), counts.length)) {
      exchange.share(TrainingState.fresh(parameters, settings.step().optimizer()));
      return exchange
          .run(
              shares,
              (number, share, state, sampler, buffers) -> {
                CALLS.incrementAndGet();
                WorkerUpdate update = worker.train(number, share, state, sampler, buffers);
                if (fails && number == 1 && isFirstAttempt()) {
                  throw new IllegalStateException("the executor went away");
                }
                return update;
              })
          .update();
    }
  }

  private static boolean isFirstAttempt() {
    return TaskContext.get().attemptNumber() == 0;
  }
}
