package io.nightjar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** A JVM of its own with the options of the test's, for what needs another class path. */
public final class ForkedJvm {
  private static final long PATIENCE_MINUTES = 5;

  private ForkedJvm() {}

  /** The test's class path, entry by entry. */
  public static List<Path> classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .toList();
  }

  /** The options that open Java's packages to Spark, as the test runs with them. */
  public static List<String> openPackages() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("--add-opens") || option.startsWith("-XX:+Ignore"))
        .toList();
  }

  /**
   * Runs a program to its end.
   *
   * @param kept which entries of the test's class path it sees
   * @param program main class or source file, and its arguments
   * @return its standard output, line by line
   */
  public static List<String> run(
      Predicate<Path> kept, Map<String, String> environment, List<String> program, Path log)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx1g");
    command.addAll(openPackages());
    command.add(
        "-Dorg.deeplearning4j.spark.time.TimeSource="
            + "org.deeplearning4j.spark.time.SystemClockTimeSource");
    command.add("-cp");
    command.add(
        classPath().stream()
            .filter(kept)
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator)));
    command.addAll(program);
    Path output = Files.createTempFile(log.getParent(), "output", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(log.toFile()).redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)).as("ended in time").isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    return Files.readAllLines(output, StandardCharsets.UTF_8);
  }
}
