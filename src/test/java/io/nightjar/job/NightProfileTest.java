package io.nightjar.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightjar.clicks.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NightProfileTest {
  private static final String FIRST = "2026-11-18";
  private static final String SECOND = "2026-11-19";
  private static final String THIRD = "2026-11-20";

  @TempDir private Path directory;

  /** A click each minute from 10:00 on; every user of the night has a session. */
  private static void log(Nights nights, String day, List<String> users, String... events)
      throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("user_id,item_id,timestamp,event");
    for (String user : users) {
      for (int click = 0; click < events.length; click++) {
        lines.add(
            String.format(
                "%s,item-%s-%d,%s 1%d:0%d:00,%s",
                user, user, click, day, click / 5, click % 5, events[click]));
      }
    }
    nights.log(day + ".csv", lines.toArray(String[]::new));
  }

  private static JsonNode figure(JsonNode report, String name) {
    for (JsonNode figure : report.path("profile")) {
      if (figure.path("figure").asText().equals(name)) {
        return figure;
      }
    }
    throw new AssertionError("no figure " + name + " in " + report.path("profile"));
  }

  private static void assertFigure(
      JsonNode report, String name, double tonight, double meanBefore, double ratio) {
    JsonNode figure = figure(report, name);
    assertThat(figure.path("tonight").asDouble()).as(name).isEqualTo(tonight);
    assertThat(figure.path("mean_before").asDouble()).as(name + " before").isEqualTo(meanBefore);
    assertThat(figure.path("ratio").asDouble()).as(name + " ratio").isEqualTo(ratio);
  }

  @Test
  void everyFigureStandsBesideTheNightsBeforeAndANightThatIsFarOffStops() throws IOException {
    Nights nights =
        new Nights(directory).with("input.time-format=iso-8601").with("input.columns.event=event");

    // Two users with a session of two clicks each, a minute long, and nothing to compare with.
    log(nights, FIRST, List.of("u1", "u2"), "view", "cart");
    JsonNode first = nights.sessionize(FIRST).json();
    assertThat(figure(first, "events").path("mean_before").isNull()).isTrue();
    assertThat(figure(first, "items").path("tonight").asDouble()).isEqualTo(4);

    // Three users, one of them new; four of six items are known.
    log(nights, SECOND, List.of("u1", "u2", "u3"), "view", "cart");
    JsonNode second = nights.sessionize(SECOND).json();
    assertFigure(second, "records", 6, 4, 1.5);
    assertFigure(second, "events", 6, 4, 1.5);
    assertFigure(second, "events_by_type.view", 3, 2, 1.5);
    assertFigure(second, "events_by_hour.10", 6, 4, 1.5);
    assertFigure(second, "users", 3, 2, 1.5);
    assertFigure(second, "items", 6, 4, 1.5);
    assertFigure(second, "sessions", 3, 2, 1.5);
    assertFigure(second, "session_length.p50", 2, 2, 1);
    assertFigure(second, "session_minutes.p99", 1, 1, 1);
    assertThat(figure(second, "new_items_share").path("tonight").asDouble()).isEqualTo(0.3333);
    assertThat(figure(second, "new_users_share").path("tonight").asDouble()).isEqualTo(0.3333);
    JsonNode kept =
        new ObjectMapper()
            .readTree(directory.resolve("warehouse/profiles/dt=2026-11-19/profile.json").toFile());
    assertThat(kept.path("nights_before").toString()).isEqualTo("[\"2026-11-18\"]");
    assertThat(kept.path("mean_before").path("events_by_type.cart").asDouble()).isEqualTo(2);

    // No cart at all, twenty-four events where five are usual, and every fourth record unusable.
    log(nights, THIRD, List.of("u1", "u2", "u3", "u4"), "view", "view", "view", "view", "", "view");
    String[] broken = {
      "a,b,never,view", "a,b,never,view", "one,field", "", ",b,2026-11-20 10:00,x"
    };
    Path more = nights.log("more.csv", "user_id,item_id,timestamp,event");
    Files.write(
        more,
        String.join("\n", broken).concat("\n").repeat(2).getBytes(StandardCharsets.UTF_8),
        StandardOpenOption.APPEND);
    nights.with("profile.most-events=3");
    assertThatThrownBy(() -> nights.sessionize(THIRD))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("far off the 2 before it")
        .hasMessageContaining("there is no cart event at all")
        .hasMessageContaining("24 events are 4.80 of the mean of 5 (profile.most-events = 3.0)")
        .hasMessageContaining("23.5 % of the records are in quarantine");
    assertThat(directory.resolve("warehouse/sessions/dt=2026-11-20")).doesNotExist();
    assertThat(directory.resolve("warehouse/ledger/dt=2026-11-20")).doesNotExist();
    assertThat(nights.table("quarantine", THIRD).count()).isEqualTo(8);

    // What the limits let pass is published, and the vanished type is shown as what it is.
    nights
        .with("profile.most-events=0")
        .with("profile.most-quarantined=0.5")
        .with("profile.type-can-vanish=true");
    assertFigure(nights.sessionize(THIRD).json(), "events_by_type.cart", 0, 2.5, 0);
  }
}
