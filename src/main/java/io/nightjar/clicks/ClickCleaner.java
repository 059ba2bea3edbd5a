package io.nightjar.clicks;

import io.nightjar.config.CleaningConfig;
import io.nightjar.config.InputConfig;
import java.io.Serializable;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Judges records one by one and makes clicks of the good ones. Defects come before rules, and the
 * first that applies is the verdict. What takes more than one record to see (duplicates, bots) is
 * for the sessionizer.
 */
public final class ClickCleaner implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final UTF8String NUL = UTF8String.fromString("\0");

  /**
   * What may stand between the ids of a record: ids are plain words, or hold like . : / @ = too.
   */
  private static final List<Pattern> BETWEEN_IDS =
      List.of(
          Pattern.compile("[^\\p{Alnum}_-]+"),
          Pattern.compile("[\\s,;|\"'{}\\[\\]()<>&?:=]+"),
          Pattern.compile("[\\s,;|\"]+"));

  /** Characters; longer raw records are withheld unsearched where anybody was forgotten. */
  private static final int MOST_SEARCHED = 100_000;

  private final boolean hasUser;
  private final long earliest;
  private final long end;
  private final long lateBefore;
  private final int maxIdLength;
  private final Pattern itemPattern;
  private final Set<String> events;
  private final Set<String> itemEvents;
  private final Map<String, Float> weights = new TreeMap<>();
  private final Pattern crawlers;
  private final List<Pattern> testUsers;
  private final Set<String> blockItems;
  private final Set<String> allowItems;
  private final ForgottenUsers forgotten;
  private final Pseudonyms pseudonyms;

  /** What became of a record; the click is null unless the verdict is CLICK. */
  public record Judged(Verdict verdict, Click click) {}

  /**
   * @param date the day that the run is for; what lies after its end is from the future
   * @param lateBefore microseconds; what is older comes too late. {@link Long#MIN_VALUE}: nothing
   * @param pseudonyms null: ids stay as they are
   */
  public ClickCleaner(
      InputConfig input,
      LocalDate date,
      long lateBefore,
      ForgottenUsers forgotten,
      Pseudonyms pseudonyms) {
    CleaningConfig cleaning = input.cleaning();
    this.hasUser = !input.columns().user().isEmpty();
    this.earliest = micros(input.earliest().atStartOfDay(ZoneOffset.UTC).toInstant());
    this.end =
        micros(
            date.plusDays(1)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant()
                .plus(input.futureTolerance()));
    this.lateBefore = lateBefore;
    this.maxIdLength = input.maxIdLength();
    this.itemPattern = input.itemPattern().isEmpty() ? null : Pattern.compile(input.itemPattern());
    boolean hasEvent = !input.columns().event().isEmpty();
    this.events = hasEvent ? lower(input.events()) : Set.of();
    this.itemEvents = hasEvent ? lower(input.itemEvents()) : Set.of();
    input
        .weights()
        .forEach(
            (event, weight) -> weights.put(event.toLowerCase(Locale.ROOT), weight.floatValue()));
    this.crawlers =
        cleaning.crawlerAgents().isEmpty() ? null : Pattern.compile(cleaning.crawlerAgents());
    this.testUsers = cleaning.testUsers().stream().map(Pattern::compile).toList();
    this.blockItems = Set.copyOf(cleaning.blockItems());
    this.allowItems = Set.copyOf(cleaning.allowItems());
    this.forgotten = forgotten;
    this.pseudonyms = pseudonyms;
  }

  /** Judges a record. */
  public Judged judge(RawRecord record) {
    if (record.defect() != null) {
      return out(record.defect());
    }
    UTF8String session = present(record.session());
    UTF8String user = hasUser ? present(record.user()) : session;
    // Before any defect: quarantine must not bring a forgotten user back either.
    if (!forgotten.isEmpty() && user != null && forgotten.contains(pseudonym(user).toString())) {
      return out(Verdict.FORGOTTEN_USER);
    }
    UTF8String event = present(record.event());
    UTF8String eventId = present(record.eventId());
    String type = event == null || isAnyEvent() ? "" : event.toString().toLowerCase(Locale.ROOT);

    UTF8String column = present(record.item());
    boolean hasItem = itemEvents.isEmpty() || itemEvents.contains(type);
    UTF8String item = hasItem ? item(column) : null;

    Verdict defect = defect(record, user, hasItem && column == null);
    if (defect == null) {
      defect = textDefect(user, item, event, session, eventId);
    }
    if (defect != null) {
      return out(defect);
    }
    Verdict rule = rule(record, user, item, type);
    if (rule != null) {
      return out(rule);
    }
    return new Judged(
        Verdict.CLICK,
        new Click(
            pseudonym(user),
            record.time(),
            number(record.order()),
            eventId,
            session == null ? null : pseudonym(session),
            item,
            event,
            weight(record, type),
            Click.Origin.NEW));
  }

  /** Whether a word of a record that could not be taken apart is a forgotten user. */
  boolean namesForgottenUser(String raw) {
    return !forgotten.isEmpty()
        && (raw.length() > MOST_SEARCHED
            || BETWEEN_IDS.stream()
                .flatMap(between -> between.splitAsStream(raw))
                .anyMatch(forgotten::contains));
  }

  private Verdict defect(RawRecord record, UTF8String user, boolean lacksItem) {
    if (user == null) {
      return hasUser ? Verdict.MISSING_USER : Verdict.MISSING_SESSION;
    }
    if (lacksItem) {
      return Verdict.MISSING_ITEM;
    }
    if (record.time() == RawRecord.NO_TIME) {
      return Verdict.UNPARSABLE_TIME;
    }
    if (record.time() < earliest) {
      return Verdict.TIME_TOO_EARLY;
    }
    return record.time() >= end ? Verdict.TIME_IN_FUTURE : null;
  }

  private Verdict textDefect(UTF8String... texts) {
    for (UTF8String text : texts) {
      if (text != null && text.numBytes() > maxIdLength) {
        return Verdict.ID_TOO_LONG;
      }
    }
    for (UTF8String text : texts) {
      if (text != null && text.contains(NUL)) {
        return Verdict.BROKEN_TEXT;
      }
    }
    return null;
  }

  private Verdict rule(RawRecord record, UTF8String user, UTF8String item, String type) {
    if (!events.isEmpty() && !events.contains(type)) {
      return Verdict.EVENT_TYPE;
    }
    if (crawlers != null
        && record.agent() != null
        && crawlers.matcher(record.agent().toString()).find()) {
      return Verdict.CRAWLER;
    }
    if (!testUsers.isEmpty()) {
      String id = user.toString();
      if (testUsers.stream().anyMatch(pattern -> pattern.matcher(id).matches())) {
        return Verdict.TEST_USER;
      }
    }
    if (item != null && !blockItems.isEmpty() && blockItems.contains(item.toString())) {
      return Verdict.BLOCKED_ITEM;
    }
    if (item != null && !allowItems.isEmpty() && !allowItems.contains(item.toString())) {
      return Verdict.NOT_ALLOWED_ITEM;
    }
    return record.time() < lateBefore ? Verdict.LATE : null;
  }

  private boolean isAnyEvent() {
    return events.isEmpty() && itemEvents.isEmpty() && weights.isEmpty();
  }

  private UTF8String item(UTF8String column) {
    if (itemPattern == null || column == null) {
      return column;
    }
    Matcher matcher = itemPattern.matcher(column.toString());
    String found = matcher.find() ? matcher.group(1) : null;
    return found == null || found.isBlank() ? null : UTF8String.fromString(found);
  }

  private float weight(RawRecord record, String type) {
    if (record.rating() != null) {
      try {
        float rating = Float.parseFloat(record.rating().toString());
        if (Float.isFinite(rating)) {
          return rating;
        }
      } catch (NumberFormatException e) {
        // A rating that is no number says as much as none.
        return weights.getOrDefault(type, 1f);
      }
    }
    return weights.isEmpty() ? 1 : weights.getOrDefault(type, 1f);
  }

  private static Long number(UTF8String order) {
    UTF8String text = present(order);
    UTF8String.LongWrapper number = new UTF8String.LongWrapper();
    return text != null && text.toLong(number) ? number.value : null;
  }

  private UTF8String pseudonym(UTF8String id) {
    return pseudonyms == null ? id : pseudonyms.of(id);
  }

  private static UTF8String present(UTF8String text) {
    if (text == null) {
      return null;
    }
    UTF8String trimmed = text.trimAll();
    return trimmed.numBytes() == 0 ? null : trimmed;
  }

  private static Judged out(Verdict verdict) {
    return new Judged(verdict, null);
  }

  private static Set<String> lower(List<String> names) {
    return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
  }

  private static long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }
}
