package io.nightjar.sessions;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * One task's sessions, {@code user_id, start, session_id, items[], times[], weights[], complete,
 * events[]}, sorted by user and from the newest to the oldest; gives a sequence per user. Of a
 * user's sessions it holds those that a sequence has room for.
 */
final class JoinedSessions implements Iterator<InternalRow> {
  private static final int USER = 0;
  private static final int START = 1;
  private static final int SESSION_ID = 2;
  private static final int ITEMS = 3;
  private static final int TIMES = 4;
  private static final int WEIGHTS = 5;
  private static final int COMPLETE = 6;
  private static final int EVENTS = 7;

  private final Iterator<InternalRow> sessions;
  private final int maxLength;

  /** The user's newest sessions, oldest first. */
  private final ArrayDeque<InternalRow> newest = new ArrayDeque<>();

  private UTF8String user;
  private int length;
  private InternalRow ahead;

  JoinedSessions(Iterator<InternalRow> sessions, int maxLength) {
    this.sessions = sessions;
    this.maxLength = maxLength;
    this.ahead = sessions.hasNext() ? sessions.next().copy() : null;
  }

  @Override
  public boolean hasNext() {
    return ahead != null;
  }

  @Override
  public InternalRow next() {
    if (ahead == null) {
      throw new NoSuchElementException();
    }
    newest.clear();
    newest.add(ahead);
    user = ahead.getUTF8String(USER);
    length = ahead.getArray(ITEMS).numElements();
    ahead = null;
    while (ahead == null && sessions.hasNext()) {
      InternalRow session = sessions.next();
      if (!session.getUTF8String(USER).equals(user)) {
        ahead = session.copy();
      } else if (length < maxLength) {
        newest.addFirst(session.copy());
        length += session.getArray(ITEMS).numElements();
      }
    }
    return sequence();
  }

  private InternalRow sequence() {
    int dropped = Math.max(0, length - maxLength);
    int kept = length - dropped;
    UTF8String[] items = new UTF8String[kept];
    long[] times = new long[kept];
    float[] weights = new float[kept];
    UTF8String[] events = new UTF8String[kept];
    int[] starts = new int[newest.size()];
    Object[] of = new Object[newest.size()];
    boolean isWeighted = false;
    boolean hasTypes = false;
    int position = 0;
    int number = 0;
    for (InternalRow session : newest) {
      ArrayData sessionItems = session.getArray(ITEMS);
      ArrayData sessionTimes = session.getArray(TIMES);
      ArrayData sessionWeights = session.isNullAt(WEIGHTS) ? null : session.getArray(WEIGHTS);
      ArrayData sessionEvents = session.isNullAt(EVENTS) ? null : session.getArray(EVENTS);
      isWeighted |= sessionWeights != null;
      starts[number] = position;
      of[number] =
          new GenericInternalRow(
              new Object[] {
                session.getUTF8String(SESSION_ID),
                session.getLong(START),
                session.getBoolean(COMPLETE)
              });
      // Only the oldest session can be cut: the one before it already left room.
      for (int i = number == 0 ? dropped : 0; i < sessionItems.numElements(); i++) {
        items[position] = sessionItems.getUTF8String(i);
        times[position] = sessionTimes.getLong(i);
        weights[position] = sessionWeights == null ? 1 : sessionWeights.getFloat(i);
        if (sessionEvents != null && !sessionEvents.isNullAt(i)) {
          events[position] = sessionEvents.getUTF8String(i);
          hasTypes = true;
        }
        position++;
      }
      number++;
    }
    return new GenericInternalRow(
        new Object[] {
          user,
          new GenericArrayData(items),
          UnsafeArrayData.fromPrimitiveArray(times),
          isWeighted ? UnsafeArrayData.fromPrimitiveArray(weights) : null,
          UnsafeArrayData.fromPrimitiveArray(starts),
          new GenericArrayData(of),
          hasTypes ? new GenericArrayData(events) : null
        });
  }
}
