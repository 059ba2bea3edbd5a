package io.nightjar.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigLoaderTest {
  @TempDir Path directory;

  @Test
  void referenceConfIsAWholeConfiguration() {
    NightjarConfig config = load("");

    assertThat(config.sessions().gap()).isEqualTo(Duration.ofMinutes(30));
    assertThat(config.sessions().scope()).isEqualTo(Scope.USER);
    assertThat(config.input().delimiter()).isEqualTo(",");
  }

  @Test
  void optionsWinOverTheFileAndTheFileOverTheDefaults() {
    NightjarConfig config =
        load(
            "nightjar { seed = 7, sessions { gap = 10 minutes, min-length = 3 } }",
            "sessions.gap=20 minutes",
            "nightjar.vocabulary.min-count=9");

    assertThat(config.seed()).isEqualTo(7);
    assertThat(config.sessions().gap()).isEqualTo(Duration.ofMinutes(20));
    assertThat(config.sessions().minLength()).isEqualTo(3);
    assertThat(config.vocabulary().minCount()).isEqualTo(9);
  }

  @Test
  void theLastOfTwoOptionsForOneKeyWins() {
    assertThat(load("", "seed=1", "seed=2").seed()).isEqualTo(2);
  }

  @Test
  void anOptionMayHoldAPathThatIsNoHocon() {
    assertThat(load("", "warehouse=hdfs://name:8020/nightjar").warehouse())
        .isEqualTo("hdfs://name:8020/nightjar");
  }

  @Test
  void aFileMayUseItsOwnVariables() {
    NightjarConfig config = load("data = \"/d\"\nnightjar.input.paths = [${data}/a.csv]");

    assertThat(config.input().paths()).containsExactly("/d/a.csv");
  }

  @Test
  void anUnknownKeyNamesTheClosestKnownOne() {
    assertThatThrownBy(() -> load("nightjar.sesions.gap = 3"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("nightjar.sesions.gap")
        .hasMessageContaining("did you mean nightjar.sessions.gap?");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sessions.gap=soon          | nightjar.sessions.gap is \"soon\"; expected a duration",
        "sessions.min-length=0      | nightjar.sessions.min-length is 0; expected a whole number from 1",
        "sessions.scope=everybody   | expected one of session, user",
        "input.format=xml           | expected one of csv, tsv, json, parquet",
        "input.earliest=yesterday   | expected a date as YYYY-MM-DD",
        "input.time-format=yyyy-bb  | nightjar.input.time-format is yyyy-bb",
        "input.columns.item=\"\"    | nightjar.input.columns.item is ''",
        "input.columns.user=\"\"    | expected the name of at least one of the two",
        "training.dropout.output=1  | expected a number from 0 to below 1",
        "training.workers=some      | nightjar.training.workers",
        "evaluation.k=[]            | expected a list of whole numbers, each at least 1",
        "split.strategy=given       | nightjar.split.test-paths is []",
        "split.windows=1            | nightjar.split.windows is 1; expected a whole number from 2",
        "seed                       | expected key=value",
      })
  void aWrongValueIsNamedWithWhatWasExpected(String option, String message) {
    assertThatThrownBy(() -> load("", option.strip()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(message.strip())
        .hasMessageNotContaining("\n");
  }

  @Test
  void aMissingFileIsNamed() {
    Path missing = directory.resolve("missing.conf");

    assertThatThrownBy(() -> ConfigLoader.load(Optional.of(missing), List.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(missing.toString());
  }

  @Test
  void equalSettingsHaveEqualFingerprintsAndOthersDoNot() {
    assertThat(load("nightjar.seed = 1").fingerprint())
        .isEqualTo(load("", "seed=1").fingerprint())
        .isNotEqualTo(load("", "seed=2").fingerprint());
  }

  @Test
  void everyExampleIsAValidConfiguration() throws IOException {
    try (var examples = Files.list(Path.of("conf/examples"))) {
      assertThat(examples.filter(file -> file.toString().endsWith(".conf")))
          .isNotEmpty()
          .allSatisfy(
              file -> assertThat(ConfigLoader.load(Optional.of(file), List.of())).isNotNull());
    }
  }

  private NightjarConfig load(String file, String... options) {
    try {
      Path path = Files.writeString(directory.resolve("nightjar.conf"), file);
      return ConfigLoader.load(Optional.of(path), List.of(options));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
