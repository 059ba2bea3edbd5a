package io.nightjar.sessions;

import io.nightjar.clicks.ClickRows;
import io.nightjar.clicks.PartitionTallies;
import io.nightjar.config.CleaningConfig;
import io.nightjar.config.SessionsConfig;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * One task's clicks in the order of {@link ClickRows}, read once; gives sessions as they end. Holds
 * the users of one hash at a time, which is one user nearly always.
 */
final class SortedClicks implements Iterator<InternalRow> {
  private final Iterator<InternalRow> rows;
  private final SessionsConfig sessions;
  private final CleaningConfig cleaning;
  private final long openFrom;
  private final PartitionTallies tallies;

  private final UserCounts counts = new UserCounts();
  private final ArrayDeque<InternalRow> finished = new ArrayDeque<>();
  private final List<UserSessions> users = new ArrayList<>();
  private int userHash;
  private boolean isReported;

  SortedClicks(
      Iterator<InternalRow> rows,
      SessionsConfig sessions,
      CleaningConfig cleaning,
      long openFrom,
      PartitionTallies tallies) {
    this.rows = rows;
    this.sessions = sessions;
    this.cleaning = cleaning;
    this.openFrom = openFrom;
    this.tallies = tallies;
  }

  @Override
  public boolean hasNext() {
    while (finished.isEmpty() && rows.hasNext()) {
      take(rows.next());
    }
    if (finished.isEmpty()) {
      finishUsers();
    }
    if (finished.isEmpty() && !isReported) {
      tallies.report(counts.tally());
      isReported = true;
    }
    return !finished.isEmpty();
  }

  @Override
  public InternalRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return finished.remove();
  }

  private void take(InternalRow row) {
    if (ClickRows.userHash(row) != userHash) {
      finishUsers();
      userHash = ClickRows.userHash(row);
    }
    sessionsOf(ClickRows.user(row)).add(ClickRows.time(row), ClickRows.bytes(row));
  }

  private UserSessions sessionsOf(UTF8String user) {
    for (UserSessions known : users) {
      if (known.user().equals(user)) {
        return known;
      }
    }
    UserSessions added =
        new UserSessions(user.clone(), sessions, cleaning, openFrom, counts, finished::add);
    users.add(added);
    return added;
  }

  private void finishUsers() {
    users.forEach(UserSessions::finish);
    users.clear();
  }
}
