package io.nightjar.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ContractTest {
  private static final Path CONTRACTS = Path.of("conf/contracts");

  /** Contracts as they were released; a file is added with every release, and none ever changed. */
  private static final Path PUBLISHED = Path.of("src/test/resources/contracts/published");

  @Test
  void contractsOnlyEverAdd() throws IOException {
    for (Path file : files(PUBLISHED)) {
      Contract published = read(file);
      Contract now = Contract.of(published.table()).orElseThrow();
      assertThat(published.brokenBy(now)).as(file.toString()).isEmpty();
    }
  }

  @Test
  void everyTableHasAContractThatWasPublished() throws IOException {
    List<String> published = new ArrayList<>();
    for (Path file : files(PUBLISHED)) {
      published.add(read(file).table());
    }
    for (Path file : files(CONTRACTS)) {
      Contract contract = read(file);
      assertThat(file.getFileName()).hasToString(contract.table() + ".json");
      assertThat(published).contains(contract.table());
      assertThat(contract.columns())
          .extracting(Contract.Column::name)
          .containsAll(contract.key())
          .doesNotHaveDuplicates();
    }
    assertThat(published)
        .contains(
            "quarantine",
            "sessions",
            "sequences",
            "vocabulary",
            "item_vectors",
            "recommendations",
            "similar_items",
            "rankings",
            "user_states");
  }

  @Test
  void everyKindOfBreachIsNoticed() {
    Contract.Column id = new Contract.Column("id", "STRING", false, "an id", "a");
    Contract.Column count = new Contract.Column("count", "BIGINT", true, "a count", "1");
    Contract before = contract(List.of("id"), id, count);
    assertThat(before.brokenBy(contract(List.of("id"), count, id, column("new", "INT")))).isEmpty();
    assertThat(before.brokenBy(contract(List.of("id"), id))).containsExactly("count is gone");
    assertThat(before.brokenBy(contract(List.of("id"), id, column("count", "INT"))))
        .containsExactly("count was BIGINT, is INT");
    Contract.Column nullable = new Contract.Column("id", "STRING", true, "an id", "a");
    assertThat(before.brokenBy(contract(List.of(), nullable, count)))
        .containsExactly("id was never null, may be now", "the key was [id], is []");
  }

  @Test
  void theReadmeShowsEveryContract() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    for (Path file : files(CONTRACTS)) {
      assertThat(readme).as("README.md, from " + file).contains(read(file).markdown());
    }
  }

  private static Contract contract(List<String> key, Contract.Column... columns) {
    return new Contract("table", "dt", "a row", key, false, false, List.of(columns));
  }

  private static Contract.Column column(String name, String type) {
    return new Contract.Column(name, type, false, "something", "1");
  }

  private static Contract read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Contract.read(in);
    }
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return new ArrayList<>(files.sorted().toList());
    }
  }
}
