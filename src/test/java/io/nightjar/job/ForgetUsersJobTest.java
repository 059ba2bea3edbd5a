package io.nightjar.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.nightjar.clicks.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForgetUsersJobTest {
  private static final String DAY = "2026-11-20";

  @TempDir private Path directory;

  private Nights nightWithAliceAndBob(String... settings) throws IOException {
    Nights nights = new Nights(directory, settings).with("input.time-format=iso-8601");
    nights.log(
        "1.csv",
        "user_id,item_id,timestamp",
        "alice,a,2026-11-20 10:00:00",
        "alice,b,2026-11-20 10:05:00",
        "alice,c,2026-11-20 23:55:00",
        "alice,b,never",
        "broken,record,of,alice",
        "alicia,b,never",
        "bob,a,2026-11-20 10:00:00",
        "bob,b,2026-11-20 10:05:00");
    nights.sessionize(DAY);
    return nights;
  }

  private JsonNode forgetAlice(Nights nights) throws IOException {
    Path users = Files.writeString(directory.resolve("users.txt"), "alice\n");
    return nights.run(new ForgetUsersJob(users.toString()), DAY).json();
  }

  @Test
  void noTableHoldsAForgottenUserAndTheOthersStay() throws IOException {
    Nights nights = nightWithAliceAndBob();
    JsonNode report = forgetAlice(nights);

    for (String table : List.of("sessions", "sequences", "open_clicks", "quarantine")) {
      assertThat(nights.table(table, DAY).toJSON().collectAsList())
          .noneMatch(row -> row.matches(".*\\balice\\b.*"));
    }
    assertThat(nights.sequence("bob", DAY)).containsExactly("a", "b");
    assertThat(nights.table("quarantine", DAY).select("user_id").collectAsList().toString())
        .isEqualTo("[[alicia]]");
    assertThat(report.path("removed").path("quarantine").path("dt=" + DAY).asLong()).isEqualTo(2);
    assertThat(report.path("removed").path("sequences").path("dt=" + DAY).asLong()).isEqualTo(1);
    assertThat(report.path("rows_removed").asLong()).isEqualTo(5);
  }

  @Test
  void aNightThatIsRunAgainDoesNotBringAForgottenUserBack() throws IOException {
    Nights nights = nightWithAliceAndBob();
    forgetAlice(nights);
    JsonNode again = nights.sessionize(DAY).json();

    assertThat(again.path("dropped").path("forgotten-user").asLong()).isEqualTo(4);
    assertThat(nights.sequence("alice", DAY)).isEmpty();
    assertThat(nights.sequence("bob", DAY)).containsExactly("a", "b");
  }

  @Test
  void usersAreGivenByTheirRawIdsWhereTablesHoldPseudonyms() throws IOException {
    Path key = Files.writeString(directory.resolve("key"), "0123456789abcdef0123456789abcdef");
    Nights nights = nightWithAliceAndBob("input.pseudonyms.key-file=\"" + key + "\"");
    assertThat(nights.table("sequences", DAY).count()).isEqualTo(2);
    forgetAlice(nights);
    assertThat(nights.table("sequences", DAY).count()).isEqualTo(1);
  }

  @Test
  void aFileThatIsNotThereIsNamed() throws IOException {
    Nights nights = new Nights(directory);
    assertThatThrownBy(() -> nights.run(new ForgetUsersJob("/no/such/file"), DAY))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("--users /no/such/file cannot be read");
  }
}
