package io.nightjar.clicks;

/**
 * A record and where it came from.
 *
 * @param raw the record as it was written, cut where it is longer than {@code max-line-length}; for
 *     Parquet the row as JSON, and null where nobody asked for it
 * @param file null where nobody asked for it
 */
record LogRecord(RawRecord record, String raw, String file) {}
