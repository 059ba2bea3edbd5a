package io.nightjar.clicks;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Clicks as rows that Spark can shuffle and sort fast. Sorting by all columns in their order puts
 * each user's clicks into the order of time, ties by order column, event id, and then content:
 *
 * <ul>
 *   <li>{@code sort_key}: 32 bits of the user's hash, then 32 bits of the second. Spark compares
 *       this one number before it looks at the row, and it decides nearly always. Two users of one
 *       hash are mixed by second, which the reader of the sorted rows has to expect.
 *   <li>{@code user_id}, {@code time} (microseconds)
 *   <li>{@code click}: the rest as bytes whose unsigned order is the order of ties
 * </ul>
 */
public final class ClickRows {
  /** {@code sort_key, user_id, time, click}. */
  public static final StructType SCHEMA =
      new StructType()
          .add("sort_key", DataTypes.LongType, false)
          .add("user_id", DataTypes.StringType, false)
          .add("time", DataTypes.LongType, false)
          .add("click", DataTypes.BinaryType, false);

  private static final int SORT_KEY = 0;
  private static final int USER = 1;
  private static final int TIME = 2;
  private static final int CLICK = 3;

  private static final int HASH_BITS_FROM = 32;
  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final long MOST_SECONDS = (1L << HASH_BITS_FROM) - 1;
  private static final byte END = 0;

  /** Flags and numbers beside the texts: order, their ends, weight, origin. */
  private static final int FIXED_BYTES = 1 + Long.BYTES + 4 + Float.BYTES + 1;

  private ClickRows() {}

  /** The click as a row. */
  public static InternalRow row(Click click) {
    return row(click.user(), click.time(), encode(click));
  }

  /** A row of bytes that {@link #encode} made. */
  public static InternalRow row(UTF8String user, long time, byte[] click) {
    long second = Math.max(0, Math.min(MOST_SECONDS, Math.floorDiv(time, MICROS_PER_SECOND)));
    long key = (long) user.hashCode() << HASH_BITS_FROM | second;
    return new GenericInternalRow(new Object[] {key, user, time, click});
  }

  /** What users with the same hash share. */
  public static int userHash(InternalRow row) {
    return (int) (row.getLong(SORT_KEY) >> HASH_BITS_FROM);
  }

  /** The user of a row; points into the row. */
  public static UTF8String user(InternalRow row) {
    return row.getUTF8String(USER);
  }

  /** The row's click bytes. */
  public static byte[] bytes(InternalRow row) {
    return row.getBinary(CLICK);
  }

  /** The row's time in microseconds. */
  public static long time(InternalRow row) {
    return row.getLong(TIME);
  }

  /** Everything of a click but its user and time. */
  public static byte[] encode(Click click) {
    ByteBuffer bytes =
        ByteBuffer.allocate(
            FIXED_BYTES
                + length(click.eventId())
                + length(click.session())
                + length(click.item())
                + length(click.event()));
    if (click.order() == null) {
      bytes.put((byte) 0);
    } else {
      bytes.put((byte) 1).putLong(click.order() ^ Long.MIN_VALUE);
    }
    put(bytes, click.eventId());
    put(bytes, click.session());
    put(bytes, click.item());
    put(bytes, click.event());
    bytes.putFloat(click.weight()).put(click.origin().code());
    return bytes.position() == bytes.capacity()
        ? bytes.array()
        : Arrays.copyOf(bytes.array(), bytes.position());
  }

  /** The click that {@link #encode} was given; its texts point into the bytes. */
  public static Click decode(UTF8String user, long time, byte[] encoded) {
    ByteBuffer bytes = ByteBuffer.wrap(encoded);
    Long order = bytes.get() == 0 ? null : Long.valueOf(bytes.getLong() ^ Long.MIN_VALUE);
    UTF8String eventId = text(bytes, encoded);
    UTF8String session = text(bytes, encoded);
    UTF8String item = text(bytes, encoded);
    UTF8String event = text(bytes, encoded);
    float weight = bytes.getFloat();
    Click.Origin origin = Click.Origin.of(bytes.get());
    return new Click(user, time, order, eventId, session, item, event, weight, origin);
  }

  /** Whether two encoded clicks are equal in everything but their origin. */
  public static boolean sameRecord(byte[] one, byte[] other) {
    return one.length == other.length
        && Arrays.equals(one, 0, one.length - 1, other, 0, other.length - 1);
  }

  private static int length(UTF8String text) {
    return text == null ? 0 : text.numBytes();
  }

  private static void put(ByteBuffer bytes, UTF8String text) {
    if (text != null) {
      text.writeTo(bytes);
    }
    bytes.put(END);
  }

  private static UTF8String text(ByteBuffer bytes, byte[] array) {
    int start = bytes.position();
    int end = start;
    while (array[end] != END) {
      end++;
    }
    bytes.position(end + 1);
    return end == start ? null : UTF8String.fromBytes(array, start, end - start);
  }
}
