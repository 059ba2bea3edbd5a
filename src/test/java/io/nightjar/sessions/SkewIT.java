package io.nightjar.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One user with very many clicks, in a heap that could not hold them: two million clicks as objects
 * are more than 400 MB.
 */
class SkewIT {
  private static final String HEAP = "-Xmx256m";
  private static final int CLICKS = 2_000_000;
  private static final int MOST_MINUTES = 5;

  @ParameterizedTest
  @CsvSource({
    "one-session, 2000000",
    "left-open, 2000000",
    "event-ids, 2000000",
    "a-session-each, 2000000",
    "many-at-once, 2000000",
    "bot-by-minute, 2000000",
    "sequence, 200"
  })
  void aUserWithMillionsOfClicksTakesABoundedHeap(String kind, String expected) throws Exception {
    assertThat(run(kind)).isEqualTo(expected);
  }

  private static String run(String kind) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add(HEAP);
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("--add-opens"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            OneUsersClicks.class.getName(),
            kind,
            Integer.toString(CLICKS)));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(MOST_MINUTES, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as("exit code of %s", kind).isZero();
    return output.strip();
  }
}
