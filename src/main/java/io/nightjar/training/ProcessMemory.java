package io.nightjar.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.bytedeco.javacpp.Pointer;

/**
 * The memory that training finds, in bytes.
 *
 * @param isLocal whether workers run in the driver's own process
 * @param slots tasks that share an executor's memory
 * @param driverHeap most that the driver's heap may grow to
 * @param driverOffHeap most that the driver may take outside of it
 * @param executorHeap of an executor; the driver's where there is none
 * @param executorOffHeap of an executor; the driver's where there is none
 */
public record ProcessMemory(
    boolean isLocal,
    int slots,
    long driverHeap,
    long driverOffHeap,
    long executorHeap,
    long executorOffHeap) {

  private static final long MEBIBYTE = 1L << 20;

  /** What Spark grants outside the heap where nothing is said: a share, and at least so much. */
  private static final double OVERHEAD_SHARE = 0.1;

  private static final long LEAST_OVERHEAD = 384 * MEBIBYTE;

  /** The memory of a running Spark application. */
  public static ProcessMemory of(JavaSparkContext spark) {
    long heap = Runtime.getRuntime().maxMemory();
    long offHeap = Pointer.maxBytes() > 0 ? Pointer.maxBytes() : Long.MAX_VALUE;
    if (spark.isLocal()) {
      return new ProcessMemory(true, spark.defaultParallelism(), heap, offHeap, heap, offHeap);
    }
    SparkConf conf = spark.getConf();
    long executorHeap = conf.getSizeAsBytes("spark.executor.memory", "1g");
    long overhead =
        conf.contains("spark.executor.memoryOverhead")
            ? MEBIBYTE * conf.getSizeAsMb("spark.executor.memoryOverhead")
            : Math.max(LEAST_OVERHEAD, (long) (OVERHEAD_SHARE * executorHeap));
    int cores = conf.getInt("spark.executor.cores", 1);
    int slots = Math.max(1, cores / conf.getInt("spark.task.cpus", 1));
    return new ProcessMemory(false, slots, heap, offHeap, executorHeap, overhead);
  }

  /**
   * Says what does not fit, and which settings to change.
   *
   * @param workersPerExecutor that train side by side in one process
   * @return empty if everything fits
   */
  public Optional<String> shortage(MemoryEstimate needed, int workersPerExecutor) {
    List<String> shortages = new ArrayList<>();
    long heap = needed.executorHeap(workersPerExecutor);
    long offHeap = needed.executorOffHeap(workersPerExecutor);
    if (isLocal) {
      heap += needed.driverHeap();
      offHeap += needed.driverOffHeap();
      add(shortages, "heap", heap, driverHeap, "--driver-memory, NIGHTJAR_DRIVER_MEMORY");
      add(
          shortages,
          "memory outside the heap",
          offHeap,
          driverOffHeap,
          "-Dorg.bytedeco.javacpp.maxbytes");
    } else {
      add(shortages, "heap per executor", heap, executorHeap, "spark.executor.memory");
      add(
          shortages,
          "memory outside the heap per executor",
          offHeap,
          executorOffHeap,
          "spark.executor.memoryOverhead");
      add(shortages, "heap of the driver", needed.driverHeap(), driverHeap, "spark.driver.memory");
    }
    if (shortages.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        "Training with %d workers in a process does not fit into memory: %s. Or lower vocabulary.max-size, model.hidden, model.embedding, training.averaging-frequency or training.workers."
            .formatted(workersPerExecutor, String.join("; ", shortages)));
  }

  private static void add(
      List<String> shortages, String what, long needed, long there, String setting) {
    if (needed > there) {
      shortages.add(
          "it needs at least %,d MiB of %s and there are %,d (raise %s)"
              .formatted(needed / MEBIBYTE, what, there / MEBIBYTE, setting));
    }
  }

  /** The numbers in one line, for the log. */
  @Override
  public String toString() {
    String driver =
        "driver %,d MiB heap, %s outside"
            .formatted(driverHeap / MEBIBYTE, mebibytes(driverOffHeap));
    return isLocal
        ? driver + ", workers in it"
        : driver
            + "; an executor of %d slots %,d MiB heap, %s outside"
                .formatted(slots, executorHeap / MEBIBYTE, mebibytes(executorOffHeap));
  }

  private static String mebibytes(long bytes) {
    return bytes == Long.MAX_VALUE ? "no limit" : "%,d MiB".formatted(bytes / MEBIBYTE);
  }
}
