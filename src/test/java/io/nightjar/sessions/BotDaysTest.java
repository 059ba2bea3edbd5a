package io.nightjar.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightjar.clicks.Click;
import io.nightjar.clicks.NightCounts;
import io.nightjar.clicks.PartitionTallies;
import io.nightjar.clicks.Tally;
import io.nightjar.config.CleaningConfig;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** START is at 14:13:20 UTC, so that the day ends 587 minutes later. */
class BotDaysTest {
  private static final int NEXT_DAY = 600;

  private final PartitionTallies tallies = new PartitionTallies();

  private List<Clicks.Found> cut(List<Click> clicks, int perDay, int perMinute) {
    CleaningConfig cleaning =
        new CleaningConfig(
            true, true, false, perDay, perMinute, "", List.of(), List.of(), List.of());
    return Clicks.cut(
            Clicks.sorted(clicks), Clicks.sessions(2, 200), cleaning, Long.MAX_VALUE, tallies)
        .stream()
        .map(Clicks::found)
        .toList();
  }

  private static Click inMinute(String user, int minute, int number) {
    return Clicks.click(user, minute, "i" + number, "", 0, "");
  }

  private static List<Click> dayOfABotAndDayOfAHuman(int clicksInAMinute) {
    List<Click> clicks = new ArrayList<>();
    for (int i = 0; i < clicksInAMinute; i++) {
      clicks.add(inMinute("u1", 5, i));
    }
    clicks.add(inMinute("u1", 300, 0));
    clicks.add(inMinute("u1", 301, 1));
    clicks.add(inMinute("u1", NEXT_DAY, 2));
    clicks.add(inMinute("u1", NEXT_DAY + 1, 3));
    return clicks;
  }

  @Test
  void moreClicksInAMinuteThanTheLimitDropTheWholeDayAndNoOther() {
    List<Clicks.Found> found = cut(dayOfABotAndDayOfAHuman(11), 0, 10);
    assertThat(found).hasSize(1);
    assertThat(found.get(0).items()).containsExactly("i2", "i3");
    Tally tally = tallies.sum();
    assertThat(tally.count(NightCounts.DROPPED, "bot")).isEqualTo(13);
    assertThat(tally.count(NightCounts.SESSIONIZED, NightCounts.OUT)).isEqualTo(2);
  }

  @Test
  void asManyClicksAsTheLimitAreAHumans() {
    assertThat(cut(dayOfABotAndDayOfAHuman(10), 0, 10)).hasSize(3);
    assertThat(cut(dayOfABotAndDayOfAHuman(10), 12, 0)).hasSize(3);
  }

  @Test
  void moreClicksOnADayThanTheLimitDropThatDay() {
    assertThat(cut(dayOfABotAndDayOfAHuman(10), 11, 0)).hasSize(1);
  }

  @Test
  void aMinuteIsSixtySecondsWhereverItStarts() {
    List<Click> clicks = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      clicks.add(inMinute("u1", i / 10, i));
    }
    // Ten in the one minute, ten a full minute later: never more than ten within 60 seconds.
    assertThat(cut(clicks, 0, 10)).hasSize(1);
    assertThat(cut(clicks, 0, 9)).isEmpty();
  }
}
