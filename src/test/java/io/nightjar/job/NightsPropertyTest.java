package io.nightjar.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.io.FileUtils;
import org.apache.spark.sql.Row;

/** N nights one by one give what all the logs at once give, whatever arrives when. */
class NightsPropertyTest {
  private static final LocalDate FIRST = LocalDate.parse("2026-11-18");
  private static final int NIGHTS = 3;
  private static final int DAY_MINUTES = 1_440;
  private static final int SECONDS_PER_MINUTE = 60;

  /**
   * A click, and whether it arrives a night late if it may.
   *
   * @param minute after the beginning of the first day
   */
  private record Arrival(String user, int minute, String item, String session, boolean isLate) {
    String line() {
      long time =
          FIRST.atStartOfDay(ZoneOffset.UTC).toEpochSecond() + (long) minute * SECONDS_PER_MINUTE;
      return String.join(",", user, item, Long.toString(time), session);
    }

    int night(int latenessMinutes) {
      int night = minute / DAY_MINUTES;
      boolean mayBeLate = minute >= (night + 1) * DAY_MINUTES - latenessMinutes;
      return Math.min(NIGHTS - 1, isLate && mayBeLate ? night + 1 : night);
    }
  }

  @Provide
  Arbitrary<List<Arrival>> arrivals() {
    Arbitrary<Arrival> arrival =
        Combinators.combine(
                Arbitraries.of("u1", "u2", "u3"),
                aroundMidnight(),
                Arbitraries.of("a", "b", "c", "d"),
                Arbitraries.of("", "", "s1", "s2"),
                Arbitraries.of(true, false))
            .as(
                (user, minute, item, session, isLate) ->
                    new Arrival(
                        user, minute, item, session.isEmpty() ? "" : user + session, isLate));
    return arrival.list().ofMinSize(20).ofMaxSize(150);
  }

  private static Arbitrary<Integer> aroundMidnight() {
    return Arbitraries.oneOf(
        Arbitraries.integers().between(0, NIGHTS * DAY_MINUTES - 1),
        Arbitraries.integers().between(DAY_MINUTES - 200, DAY_MINUTES + 200),
        Arbitraries.integers().between(2 * DAY_MINUTES - 200, 2 * DAY_MINUTES + 200));
  }

  @Property(tries = 2, shrinking = ShrinkingMode.OFF)
  void sequencesOfUsersAreThoseOfAllLogsAtOnce(
      @ForAll("arrivals") List<Arrival> arrivals,
      @ForAll @IntRange(min = 0, max = 5) int latenessHours,
      @ForAll @IntRange(min = 3, max = 40) int maxLength)
      throws IOException {
    check(arrivals, latenessHours, maxLength, "user");
  }

  @Property(tries = 2, shrinking = ShrinkingMode.OFF)
  void sequencesOfSessionsAreThoseOfAllLogsAtOnce(
      @ForAll("arrivals") List<Arrival> arrivals,
      @ForAll @IntRange(min = 0, max = 5) int latenessHours,
      @ForAll @IntRange(min = 3, max = 40) int maxLength)
      throws IOException {
    check(arrivals, latenessHours, maxLength, "session");
  }

  private static void check(List<Arrival> arrivals, int latenessHours, int maxLength, String scope)
      throws IOException {
    Path directory = Files.createTempDirectory("nightjar");
    try {
      Nights oneByOne = nights(directory.resolve("one-by-one"), latenessHours, maxLength, scope);
      Nights atOnce = nights(directory.resolve("at-once"), latenessHours, maxLength, scope);
      for (int night = 0; night < NIGHTS; night++) {
        String[] lines = lines(arrivals, night, latenessHours * 60);
        oneByOne.log(night + ".csv", lines);
        atOnce.log(night + ".csv", lines);
        oneByOne.sessionize(FIRST.plusDays(night).toString());
      }
      String last = FIRST.plusDays(NIGHTS - 1).toString();
      atOnce.sessionize(last);
      assertThat(sequences(oneByOne, last)).isEqualTo(sequences(atOnce, last));

      oneByOne.sessionize(last);
      assertThat(sequences(oneByOne, last)).isEqualTo(sequences(atOnce, last));
    } finally {
      FileUtils.deleteDirectory(directory.toFile());
    }
  }

  private static Nights nights(Path directory, int latenessHours, int maxLength, String scope)
      throws IOException {
    return new Nights(Files.createDirectories(directory))
        .with("input.columns.session=session")
        .with("sessions.id-gap=\"90 minutes\"")
        .with("sessions.allowed-lateness=\"" + latenessHours + " hours\"")
        .with("sessions.max-length=" + maxLength)
        .with("sessions.scope=" + scope)
        .with("profile.least-events=0")
        .with("profile.type-can-vanish=true");
  }

  /** The night's file; a user of every night sees to it that no night is empty. */
  private static String[] lines(List<Arrival> arrivals, int night, int latenessMinutes) {
    List<String> lines = new ArrayList<>();
    lines.add("user_id,item_id,timestamp,session");
    for (int click = 0; click < 2; click++) {
      int noon = night * DAY_MINUTES + DAY_MINUTES / 2 + click;
      lines.add(new Arrival("regular", noon, "item" + click, "", false).line());
    }
    arrivals.stream()
        .filter(arrival -> arrival.night(latenessMinutes) == night)
        .map(Arrival::line)
        .forEach(lines::add);
    return lines.toArray(String[]::new);
  }

  /** But for the names of sessions inside a user's sequence: a piece knows those of its night. */
  private static List<String> sequences(Nights nights, String date) {
    return nights
        .table("sequences", date)
        .selectExpr(
            "user_id",
            "items",
            "times",
            "session_starts",
            "transform(sessions, s -> s.start)",
            "transform(sessions, s -> s.complete)")
        .orderBy("user_id")
        .collectAsList()
        .stream()
        .map(Row::toString)
        .toList();
  }
}
