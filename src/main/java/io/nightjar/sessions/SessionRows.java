package io.nightjar.sessions;

import io.nightjar.clicks.Click;
import io.nightjar.clicks.ClickRows;
import java.util.Collection;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/** What a sessionizing task writes: a row per session, oldest click first in its arrays. */
public final class SessionRows {
  /**
   * The columns of the sessions table ({@code weights} is null where every click weighs 1), then
   * {@code kept} (long enough to be in the table) and {@code open_clicks}: what a later night needs
   * to go on with the session, null where it is complete.
   */
  static final StructType SCHEMA =
      new StructType()
          .add("user_id", DataTypes.StringType)
          .add("session_id", DataTypes.StringType)
          .add("start", DataTypes.TimestampType)
          .add("end", DataTypes.TimestampType)
          .add("items", DataTypes.createArrayType(DataTypes.StringType, false))
          .add("times", DataTypes.createArrayType(DataTypes.TimestampType, false))
          .add("events", DataTypes.createArrayType(DataTypes.StringType, true))
          .add("weights", DataTypes.createArrayType(DataTypes.FloatType, false))
          .add("complete", DataTypes.BooleanType)
          .add("kept", DataTypes.BooleanType)
          .add(
              "open_clicks",
              DataTypes.createArrayType(
                  new StructType()
                      .add("time", DataTypes.LongType, false)
                      .add("click", DataTypes.BinaryType, false),
                  false));

  private SessionRows() {}

  static InternalRow row(
      UTF8String user, UTF8String sessionId, SessionBuilder session, boolean isComplete) {
    Collection<Click> clicks = session.clicks();
    UTF8String[] items = new UTF8String[clicks.size()];
    UTF8String[] events = new UTF8String[clicks.size()];
    long[] times = new long[clicks.size()];
    float[] weights = new float[clicks.size()];
    boolean isWeighted = false;
    int position = 0;
    for (Click click : clicks) {
      items[position] = click.item();
      events[position] = click.event();
      times[position] = click.time();
      weights[position] = click.weight();
      isWeighted |= click.weight() != 1;
      position++;
    }
    return new GenericInternalRow(
        new Object[] {
          user,
          sessionId,
          position == 0 ? null : times[0],
          position == 0 ? null : times[position - 1],
          new GenericArrayData(items),
          UnsafeArrayData.fromPrimitiveArray(times),
          new GenericArrayData(events),
          isWeighted ? UnsafeArrayData.fromPrimitiveArray(weights) : null,
          isComplete,
          session.isLongEnough(),
          isComplete ? null : openClicks(session.carriedOver())
        });
  }

  private static GenericArrayData openClicks(List<Click> clicks) {
    Object[] rows =
        clicks.stream()
            .map(
                click ->
                    new GenericInternalRow(new Object[] {click.time(), ClickRows.encode(click)}))
            .toArray();
    return new GenericArrayData(rows);
  }
}
