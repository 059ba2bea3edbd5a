package io.nightjar.sessions;

import io.nightjar.clicks.Click;
import io.nightjar.clicks.ClickRows;
import io.nightjar.clicks.Verdict;
import io.nightjar.config.CleaningConfig;
import io.nightjar.config.SessionsConfig;
import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Cuts one user's clicks, in order of time, into sessions. Several sessions of a user may be open
 * at the same time where the log names them: two tabs, two devices.
 */
final class UserSessions {
  /**
   * Clicks and event ids that the open sessions of one user hold together; of more, the session
   * that was quiet longest is ended. Guests who share one user id stay below, since their sessions
   * are short; a bot that names a new session with each click does not sink the job.
   */
  private static final int MOST_HELD = 200_000;

  /** Session names of one user that are remembered; all that come later get the longer form. */
  private static final int MOST_NAMES = 500_000;

  /** The key of the sessions that the log does not name. */
  private static final UTF8String NAMELESS = UTF8String.EMPTY_UTF8;

  private final UTF8String user;
  private final SessionsConfig sessions;
  private final CleaningConfig cleaning;
  private final long openFrom;
  private final UserCounts counts;
  private final Consumer<InternalRow> finished;
  private final BotDays botDays;

  /** By the log's name, the one that was quiet longest first. */
  private final Map<UTF8String, SessionBuilder> open = new LinkedHashMap<>();

  /** The log's names that have been given to a session; further pieces get longer names. */
  private final Set<UTF8String> used = new HashSet<>();

  private final long gap;
  private final long idGap;
  private byte[] previous;
  private long previousTime;
  private int held;

  /**
   * @param openFrom microseconds: clicks from then on may still arrive, in a later night. {@link
   *     Long#MAX_VALUE}: none will
   * @param finished is given each session as a row of {@link SessionRows}
   */
  UserSessions(
      UTF8String user,
      SessionsConfig sessions,
      CleaningConfig cleaning,
      long openFrom,
      UserCounts counts,
      Consumer<InternalRow> finished) {
    this.user = user;
    this.sessions = sessions;
    this.cleaning = cleaning;
    this.openFrom = openFrom;
    this.counts = counts;
    this.finished = finished;
    this.botDays = new BotDays(cleaning, counts, this::place);
    this.gap = micros(sessions.gap());
    this.idGap = micros(sessions.idGap());
    counts.user();
  }

  UTF8String user() {
    return user;
  }

  /**
   * Takes the next of the user's clicks.
   *
   * @param bytes the click as {@link ClickRows#encode} writes it; kept
   */
  void add(long time, byte[] bytes) {
    Click click = ClickRows.decode(user, time, bytes);
    counts.receive(click);
    boolean isDuplicate =
        previous != null && time == previousTime && ClickRows.sameRecord(previous, bytes);
    if (cleaning.duplicates() && isDuplicate) {
      counts.drop(click, Verdict.DUPLICATE);
      return;
    }
    previous = bytes;
    previousTime = time;
    botDays.add(click);
  }

  /** Puts a click into its session; ends what has been quiet for too long before. */
  private void place(Click click) {
    UTF8String id = click.session() == null ? NAMELESS : click.session();
    SessionBuilder session = open.remove(id);
    boolean isCut = session != null && isOver(id, session, click.time());
    if (isCut && click.origin() != Click.Origin.CARRIED_ON) {
      end(id, session);
      session = null;
    }
    if (session == null) {
      session = new SessionBuilder(sessions, cleaning, openFrom, counts);
      held += session.held();
    }
    int before = session.held();
    session.add(click);
    held += session.held() - before;
    open.put(id, session);
    if (held > MOST_HELD && open.size() > 1) {
      Iterator<Map.Entry<UTF8String, SessionBuilder>> entries = open.entrySet().iterator();
      Map.Entry<UTF8String, SessionBuilder> quietest = entries.next();
      entries.remove();
      end(quietest.getKey(), quietest.getValue());
    }
  }

  /** Ends all of the user's sessions. */
  void finish() {
    botDays.finish();
    open.forEach(this::end);
    open.clear();
  }

  private boolean isOver(UTF8String id, SessionBuilder session, long now) {
    return now - session.end() > (isNamed(id) ? idGap : gap);
  }

  private void end(UTF8String id, SessionBuilder session) {
    held -= session.held();
    boolean isComplete = openFrom == Long.MAX_VALUE || isOver(id, session, openFrom);
    if (session.isLongEnough()) {
      session.clicks().forEach(counts::keep);
      counts.session(isComplete);
    } else {
      session.clicks().forEach(click -> counts.drop(click, Verdict.SHORT_SESSION));
    }
    if (session.isLongEnough() || !isComplete) {
      finished.accept(SessionRows.row(user, sessionId(id, session), session, isComplete));
    }
  }

  private UTF8String sessionId(UTF8String id, SessionBuilder session) {
    if (isNamed(id) && used.size() < MOST_NAMES && used.add(id)) {
      return id;
    }
    long start = session.clicks().isEmpty() ? session.end() : session.clicks().getFirst().time();
    return UTF8String.concatWs(
        UTF8String.fromString("-"),
        isNamed(id) ? id : user,
        UTF8String.fromString(Long.toString(start)));
  }

  private static boolean isNamed(UTF8String id) {
    return id.numBytes() > 0;
  }

  private static long micros(Duration duration) {
    return Math.multiplyExact(duration.toMillis(), 1_000L);
  }
}
