package io.nightjar.clicks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.nightjar.config.ConfigLoader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ColumnCheckTest {
  private static final int MOST_MESSAGE_CHARACTERS = 4_000;

  @TempDir private Path directory;

  private String complaint(byte[] log) throws IOException {
    Path file = Files.write(directory.resolve("log.csv"), log);
    ColumnCheck check =
        new ColumnCheck(
            ConfigLoader.load(Optional.empty(), List.of()).input(), new Configuration());
    FileStatus status =
        new FileStatus(
            log.length, false, 1, 1, 0, new org.apache.hadoop.fs.Path(file.toUri().toString()));
    Throwable thrown = catchThrowable(() -> check.text(List.of(status)));
    assertThat(thrown).isInstanceOf(InputException.class);
    return thrown.getMessage();
  }

  @Test
  void aMissingColumnIsNamedBesideThoseThatAreThere() throws IOException {
    assertThat(complaint("user,product\n".getBytes(StandardCharsets.UTF_8)))
        .contains("names user_id, but")
        .contains("has the columns user, product;");
  }

  @Test
  void noiseDoesNotReachTheTerminal() throws IOException {
    byte[] noise = new byte[100_000];
    for (int i = 0; i < noise.length; i++) {
      int value = i * 31 % 256;
      noise[i] = (byte) (value == '\n' ? ',' : value);
    }
    assertThat(complaint(noise))
        .hasSizeLessThan(MOST_MESSAGE_CHARACTERS)
        .doesNotContain("\u001b")
        .contains("more");
  }
}
