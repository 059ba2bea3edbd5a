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
    String user = text(hasUser ? record.record().user() : record.record().session());
    String raw = record.raw();
    if (cleaner.namesForgottenUser(raw)) {
      raw = withheld(raw, "name a forgotten user");
    }
    if (pseudonyms != null && verdict != Verdict.UNREADABLE_REST) {
      raw = pseudonymized(raw, user, text(record.record().session()));
      user = user == null ? null : pseudonyms.of(user);
    }
    return RowFactory.create(raw, verdict.label(), record.file(), user);
  }

  /** An id that is written in another way than it reads (escaped, quoted) cannot be replaced. */
  private String pseudonymized(String raw, String user, String session) {
    boolean isHidden = user == null || !raw.contains(user);
    if (isHidden || (session != null && !raw.contains(session))) {
      return withheld(raw, "may name a user");
    }
    String replaced = raw.replace(user, pseudonyms.of(user));
    return session == null ? replaced : replaced.replace(session, pseudonyms.of(session));
  }

  private static String withheld(String raw, String because) {
    return "(withheld: " + raw.length() + " characters that " + because + ")";
  }

  private static String text(UTF8String value) {
    return value == null || value.toString().isBlank() ? null : value.toString().strip();
  }
}
