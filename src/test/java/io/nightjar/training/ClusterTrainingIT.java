package io.nightjar.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightjar.ForkedJvm;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training on executors that are processes of their own. */
class ClusterTrainingIT {
  private static final long MUCH_LESS_THAN_A_ROUND_KEEPS = 4_096;

  /** What executors start from: a folder with Spark's jars. */
  private static final Path SPARK_HOME = Path.of("target", "spark-home").toAbsolutePath();

  @TempDir static Path directory;

  @BeforeAll
  static void linkASparkHome() throws IOException {
    FileUtils.deleteDirectory(SPARK_HOME.toFile());
    Path jars = Files.createDirectories(SPARK_HOME.resolve("jars"));
    int number = 0;
    for (Path entry : ForkedJvm.classPath()) {
      if (Files.isRegularFile(entry)) {
        Files.createSymbolicLink(jars.resolve(number++ + "-" + entry.getFileName()), entry);
      }
    }
  }

  @Test
  void executorsMakeTheModelThatOneProcessMakesBitForBitAndGiveTheirMemoryBack() throws Exception {
    List<Long> storedBytes = train("model.zip", 0, 1);

    assertThat(params("model.zip")).isEqualTo(Successors.trained(1).params());
    assertThat(storedBytes.get(1)).isLessThan(storedBytes.get(0) + MUCH_LESS_THAN_A_ROUND_KEEPS);
  }

  @Test
  void anExecutorThatIsKilledChangesNothing() throws Exception {
    train("after-kill.zip", 3, 4);

    assertThat(params("after-kill.zip")).isEqualTo(Successors.trained(4).params());
    assertThat(Files.readString(directory.resolve("after-kill.zip.log")))
        .containsPattern("(?i)lost executor|executor lost|disconnect");
  }

  private static Object params(String model) throws IOException {
    return ModelSerializer.restoreMultiLayerNetwork(directory.resolve(model).toFile(), false)
        .params();
  }

  /** Trains in a cluster; returns the bytes stored after the second round and after the last. */
  private static List<Long> train(String model, int killedIn, int frequency) throws Exception {
    List<String> executorOptions = new ArrayList<>(ForkedJvm.openPackages());
    executorOptions.add(
        "-Dorg.deeplearning4j.spark.time.TimeSource="
            + "org.deeplearning4j.spark.time.SystemClockTimeSource");
    List<String> output =
        ForkedJvm.run(
            entry -> true,
            Map.of(
                "SPARK_HOME",
                SPARK_HOME.toString(),
                "SPARK_SCALA_VERSION",
                "2.12",
                "SPARK_LOCAL_DIRS",
                directory.toString(),
                "OMP_NUM_THREADS",
                "1"),
            List.of(
                "-Dexecutor.options=" + String.join(" ", executorOptions),
                ClusterTraining.class.getName(),
                directory.resolve(model).toString(),
                Integer.toString(killedIn),
                Integer.toString(frequency)),
            new File(directory.toFile(), model + ".log").toPath());
    return Stream.of(output.get(output.size() - 1).split(" ", 2)).map(Long::valueOf).toList();
  }
}
