package io.nightjar.clicks;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A log as it was written: one row per record, every value still text.
 *
 * @param rows {@code raw} (the record), {@code source_file}, {@code malformed} (boolean: the record
 *     is not of its format), and {@code user item time event session rating}, null where the record
 *     or the log has none
 * @param timeFormat how {@code time} is written: epoch-seconds, epoch-millis, iso-8601 or a pattern
 */
public record RawRecords(Dataset<Row> rows, String timeFormat) {}
