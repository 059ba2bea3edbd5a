package io.nightjar.sessions;

import io.nightjar.clicks.Click;
import io.nightjar.clicks.Verdict;
import io.nightjar.config.CleaningConfig;
import io.nightjar.config.SessionsConfig;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * One session while its clicks arrive in order of time. However long it gets, it holds the newest
 * {@code sessions.max-length} clicks, and a bounded number of event ids beside them.
 */
final class SessionBuilder {
  /** Event ids that a session remembers; a duplicate further apart is not seen. */
  private static final int MOST_EVENT_IDS = 1 << 16;

  private final SessionsConfig sessions;
  private final CleaningConfig cleaning;
  private final long openFrom;
  private final UserCounts counts;

  private final ArrayDeque<Click> kept = new ArrayDeque<>();

  /** Clicks left out that a later night needs to cut the session as this one does. */
  private final ArrayDeque<Click> outsiders = new ArrayDeque<>();

  private Set<UTF8String> eventIds;
  private Click last;

  /**
   * @param openFrom microseconds; clicks from then on may still be joined by late ones
   */
  SessionBuilder(
      SessionsConfig sessions, CleaningConfig cleaning, long openFrom, UserCounts counts) {
    this.sessions = sessions;
    this.cleaning = cleaning;
    this.openFrom = openFrom;
    this.counts = counts;
  }

  /** The time of the newest click, kept or not, in microseconds. */
  long end() {
    return last.time();
  }

  /** Adds the next click. */
  void add(Click click) {
    last = click;
    Verdict rule = rule(click);
    if (rule == null) {
      kept.add(click);
      if (kept.size() > sessions.maxLength()) {
        Click evicted = kept.remove();
        counts.drop(evicted, Verdict.OVER_LENGTH);
        rememberId(evicted);
      }
      return;
    }
    counts.drop(click, rule);
    if (rule == Verdict.DUPLICATE_EVENT_ID) {
      return;
    }
    if (click.time() >= openFrom) {
      remember(click);
    } else {
      rememberId(click);
    }
  }

  /** A later night has to know the id, and that the click is none that it may keep. */
  private void rememberId(Click click) {
    if (click.eventId() != null && openFrom != Long.MAX_VALUE) {
      remember(click.signOfLife(click.eventId()));
    }
  }

  private void remember(Click outsider) {
    outsiders.add(outsider);
    if (outsiders.size() > MOST_EVENT_IDS) {
      outsiders.remove();
    }
  }

  private Verdict rule(Click click) {
    if (cleaning.duplicateEventIds() && click.eventId() != null && !isNewId(click.eventId())) {
      return Verdict.DUPLICATE_EVENT_ID;
    }
    if (click.item() == null) {
      return Verdict.NO_ITEM;
    }
    boolean repeats = !kept.isEmpty() && kept.getLast().item().equals(click.item());
    return cleaning.repeats() && repeats ? Verdict.REPEAT : null;
  }

  private boolean isNewId(UTF8String eventId) {
    if (eventIds == null) {
      eventIds = new LinkedHashSet<>();
    }
    boolean isNew = eventIds.add(eventId);
    if (eventIds.size() > MOST_EVENT_IDS) {
      Iterator<UTF8String> oldest = eventIds.iterator();
      oldest.next();
      oldest.remove();
    }
    return isNew;
  }

  /** How many clicks and event ids the session holds in memory, and one for itself. */
  int held() {
    return 1 + kept.size() + outsiders.size() + (eventIds == null ? 0 : eventIds.size());
  }

  /** Whether the session has enough clicks to say anything. */
  boolean isLongEnough() {
    return kept.size() >= sessions.minLength();
  }

  /** The kept clicks, oldest first. */
  ArrayDeque<Click> clicks() {
    return kept;
  }

  /** What a later night has to be given to go on with this session: clicks in order of time. */
  List<Click> carriedOver() {
    List<Click> carried = new ArrayList<>(kept);
    carried.addAll(outsiders);
    // The newest sign of life decides how long the session waits, though it may not be a click.
    if (!carried.contains(last)) {
      carried.add(last.signOfLife(null));
    }
    carried.sort(Comparator.comparingLong(Click::time));
    List<Click> flagged = new ArrayList<>(carried.size());
    for (Click click : carried) {
      flagged.add(click.carried(flagged.isEmpty()));
    }
    return flagged;
  }
}
