package io.nightjar.clicks;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * One task's defective records. Where ids are pseudonymized, a raw record would give the user away:
 * the id in it is replaced, and a record in which nobody can tell the id is withheld.
 */
final class QuarantinedRecords implements Iterator<Row> {
  static final StructType SCHEMA =
      new StructType()
          .add("raw", DataTypes.StringType)
          .add("reason", DataTypes.StringType)
          .add("source_file", DataTypes.StringType)
          .add("user_id", DataTypes.StringType);

  private final Iterator<LogRecord> records;
  private final ClickCleaner cleaner;
  private final Pseudonyms pseudonyms;
  private final boolean hasUser;

  private Row next;

  QuarantinedRecords(
      Iterator<LogRecord> records, ClickCleaner cleaner, Pseudonyms pseudonyms, boolean hasUser) {
    this.records = records;
    this.cleaner = cleaner;
    this.pseudonyms = pseudonyms;
    this.hasUser = hasUser;
  }

  @Override
  public boolean hasNext() {
    while (next == null && records.hasNext()) {
      LogRecord record = records.next();
      Verdict verdict = cleaner.judge(record.record()).verdict();
      if (verdict.kind() == Verdict.Kind.DEFECT) {
        next = row(record, verdict);
      }
    }
    return next != null;
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Row row = next;
    next = null;
    return row;
  }

  private Row row(LogRecord record, Verdict verdict) {
    UTF8String owner = hasUser ? record.record().user() : record.record().session();
    String user = owner == null || owner.toString().isBlank() ? null : owner.toString().strip();
    String raw = record.raw();
    if (cleaner.namesForgottenUser(raw)) {
      raw = "(withheld: " + raw.length() + " characters that name a forgotten user)";
    }
    if (pseudonyms != null && verdict != Verdict.UNREADABLE_REST) {
      raw =
          user == null
              ? "(withheld: " + raw.length() + " characters that may name a user)"
              : raw.replace(user, pseudonyms.of(user));
      user = user == null ? null : pseudonyms.of(user);
    }
    return RowFactory.create(raw, verdict.label(), record.file(), user);
  }
}
