package io.nightjar.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightjar.clicks.Click;
import io.nightjar.clicks.ClickRows;
import io.nightjar.clicks.NightCounts;
import io.nightjar.clicks.PartitionTallies;
import io.nightjar.clicks.Tally;
import io.nightjar.config.CleaningConfig;
import io.nightjar.config.SessionsConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.unsafe.types.ByteArray;

class SessionizerPropertyTest {
  private static final int DAY_MINUTES = 1_440;

  @Provide
  Arbitrary<List<Click>> clicks() {
    return Clicks.any(600).list().ofMaxSize(60);
  }

  @Provide
  Arbitrary<List<Click>> days() {
    return Clicks.any(4 * DAY_MINUTES).list().ofMaxSize(120);
  }

  @Property
  void sessionsAreThoseOfTheRuleWrittenDownPlainly(
      @ForAll("clicks") List<Click> clicks,
      @ForAll @IntRange(min = 1, max = 3) int minLength,
      @ForAll @IntRange(min = 3, max = 6) int maxLength,
      @ForAll boolean repeats) {
    SessionsConfig sessions = Clicks.sessions(minLength, maxLength);
    CleaningConfig cleaning = Clicks.cleaning(repeats, 0);
    assertThat(cut(clicks, sessions, cleaning))
        .containsExactlyInAnyOrderElementsOf(plainly(clicks, sessions, cleaning));
  }

  @Property
  void theOrderOfTheInputDecidesNothing(
      @ForAll("clicks") List<Click> clicks, @ForAll Random random) {
    List<Click> shuffled = new ArrayList<>(clicks);
    Collections.shuffle(shuffled, random);
    SessionsConfig sessions = Clicks.sessions(2, 50);
    CleaningConfig cleaning = Clicks.cleaning(true, 0);
    assertThat(cut(shuffled, sessions, cleaning))
        .containsExactlyInAnyOrderElementsOf(cut(clicks, sessions, cleaning));
  }

  @Property
  void everyClickIsInASessionOrDroppedByARule(
      @ForAll("clicks") List<Click> clicks,
      @ForAll @IntRange(min = 0, max = 10) int botEventsPerDay) {
    PartitionTallies tallies = new PartitionTallies();
    List<InternalRow> found =
        Clicks.cut(
            Clicks.sorted(clicks),
            Clicks.sessions(2, 4),
            Clicks.cleaning(true, botEventsPerDay),
            Long.MAX_VALUE,
            tallies);
    Tally tally = tallies.sum();
    int inSessions = found.stream().mapToInt(row -> row.getArray(4).numElements()).sum();
    assertThat(tally.count(NightCounts.SESSIONIZED, NightCounts.OUT)).isEqualTo(inSessions);
    assertThat(tally.count(NightCounts.RECEIVED, NightCounts.NEW)).isEqualTo(clicks.size());
    assertThat(inSessions + tally.total(NightCounts.DROPPED)).isEqualTo(clicks.size());
  }

  /** Clicks arrive by the night of their day, or up to the allowed lateness later. */
  @Property
  void nightsOneByOneGiveTheSameSessionsAsAllAtOnce(
      @ForAll("days") List<Click> clicks,
      @ForAll @IntRange(min = 0, max = 300) int latenessMinutes,
      @ForAll @IntRange(min = 2, max = 6) int maxLength,
      @ForAll boolean repeats,
      @ForAll Random random) {
    SessionsConfig sessions = Clicks.sessions(2, maxLength);
    CleaningConfig cleaning = Clicks.cleaning(repeats, 0);
    int nights = 5;
    List<List<InternalRow>> arrivals = new ArrayList<>();
    for (int night = 0; night < nights; night++) {
      arrivals.add(new ArrayList<>());
    }
    for (Click click : clicks) {
      long minute = (click.time() - Clicks.START) / Clicks.MINUTE;
      int first = (int) (minute / DAY_MINUTES);
      boolean mayBeLate = minute >= (long) (first + 1) * DAY_MINUTES - latenessMinutes;
      int night = mayBeLate && random.nextBoolean() ? first + 1 : first;
      arrivals.get(Math.min(night, nights - 1)).add(ClickRows.row(click));
    }

    List<Clicks.Found> oneByOne = new ArrayList<>();
    List<InternalRow> carried = List.of();
    for (int night = 0; night < nights; night++) {
      boolean isLast = night == nights - 1;
      long openFrom =
          Clicks.START + ((long) (night + 1) * DAY_MINUTES - latenessMinutes) * Clicks.MINUTE;
      List<InternalRow> rows = new ArrayList<>(carried);
      rows.addAll(arrivals.get(night));
      List<InternalRow> found =
          Clicks.cut(
              Clicks.sortedRows(rows),
              sessions,
              cleaning,
              isLast ? Long.MAX_VALUE : openFrom,
              new PartitionTallies());
      found.stream()
          .filter(row -> row.getBoolean(8) && row.getBoolean(9))
          .map(Clicks::found)
          .forEach(oneByOne::add);
      carried = Clicks.carried(found);
    }
    // A piece of a named session learns of the pieces before it only within a night, so names may
    // differ.
    assertThat(oneByOne.stream().map(SessionizerPropertyTest::nameless).toList())
        .containsExactlyInAnyOrderElementsOf(
            cut(clicks, sessions, cleaning).stream()
                .map(SessionizerPropertyTest::nameless)
                .toList());
  }

  private static Clicks.Found nameless(Clicks.Found found) {
    return new Clicks.Found(found.user(), "", found.items(), found.minutes(), true);
  }

  private static List<Clicks.Found> cut(
      List<Click> clicks, SessionsConfig sessions, CleaningConfig cleaning) {
    return Clicks.cut(
            Clicks.sorted(clicks), sessions, cleaning, Long.MAX_VALUE, new PartitionTallies())
        .stream()
        .map(Clicks::found)
        .toList();
  }

  /** The rule for a whole log in memory. */
  private static List<Clicks.Found> plainly(
      List<Click> clicks, SessionsConfig sessions, CleaningConfig cleaning) {
    Map<String, List<Click>> streams =
        clicks.stream()
            .collect(
                Collectors.groupingBy(
                    click -> click.user() + "/" + (click.session() == null ? "" : click.session()),
                    TreeMap::new,
                    Collectors.toList()));
    List<Clicks.Found> found = new ArrayList<>();
    streams.forEach(
        (name, stream) -> {
          stream.sort(
              Comparator.comparingLong(Click::time)
                  .thenComparing(ClickRows::encode, ByteArray::compareBinary));
          boolean isNamed = stream.get(0).session() != null;
          long pause = (isNamed ? 90 : 30) * Clicks.MINUTE;
          List<List<Click>> pieces = new ArrayList<>();
          Click before = null;
          for (Click click : stream) {
            if (click.equals(before)) {
              continue;
            }
            if (before == null || click.time() - before.time() > pause) {
              pieces.add(new ArrayList<>());
            }
            pieces.get(pieces.size() - 1).add(click);
            before = click;
          }
          Set<String> names = new HashSet<>();
          for (List<Click> piece : pieces) {
            List<Click> kept = kept(piece, cleaning);
            kept = kept.subList(Math.max(0, kept.size() - sessions.maxLength()), kept.size());
            if (kept.size() >= sessions.minLength()) {
              found.add(found(kept, isNamed, names));
            }
          }
        });
    return found;
  }

  private static List<Click> kept(List<Click> piece, CleaningConfig cleaning) {
    Set<String> eventIds = new HashSet<>();
    List<Click> kept = new ArrayList<>();
    for (Click click : piece) {
      boolean isNewId = click.eventId() == null || eventIds.add(click.eventId().toString());
      boolean repeats = !kept.isEmpty() && kept.get(kept.size() - 1).item().equals(click.item());
      if (isNewId && click.item() != null && !(cleaning.repeats() && repeats)) {
        kept.add(click);
      }
    }
    return kept;
  }

  private static Clicks.Found found(List<Click> kept, boolean isNamed, Set<String> names) {
    Click first = kept.get(0);
    String name = isNamed ? first.session().toString() : first.user().toString();
    String id = isNamed && names.add(name) ? name : name + "-" + first.time();
    return new Clicks.Found(
        first.user().toString(),
        id,
        kept.stream().map(click -> click.item().toString()).toList(),
        kept.stream().map(click -> (click.time() - Clicks.START) / Clicks.MINUTE).toList(),
        true);
  }
}
