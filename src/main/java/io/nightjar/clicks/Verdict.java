package io.nightjar.clicks;

import java.util.Locale;

/** What becomes of a record. Its label is what reports and the quarantine call it. */
public enum Verdict {
  /** A click, to be put into a session. */
  CLICK(Kind.KEPT),

  /** The record is not of its format: too few or too many fields, a quote never closed. */
  MALFORMED(Kind.DEFECT),
  /** Bytes that are not of {@code input.charset}, or a NUL character. */
  BROKEN_TEXT(Kind.DEFECT),
  LINE_TOO_LONG(Kind.DEFECT),
  /** The rest of a file that ends in the middle of its compressed data, or cannot be read. */
  UNREADABLE_REST(Kind.DEFECT),
  MISSING_USER(Kind.DEFECT),
  MISSING_SESSION(Kind.DEFECT),
  MISSING_ITEM(Kind.DEFECT),
  ID_TOO_LONG(Kind.DEFECT),
  UNPARSABLE_TIME(Kind.DEFECT),
  TIME_TOO_EARLY(Kind.DEFECT),
  TIME_IN_FUTURE(Kind.DEFECT),

  /** An empty line. */
  BLANK(Kind.RULE),
  /** A header that is repeated inside a file. */
  REPEATED_HEADER(Kind.RULE),
  EVENT_TYPE(Kind.RULE),
  CRAWLER(Kind.RULE),
  TEST_USER(Kind.RULE),
  FORGOTTEN_USER(Kind.RULE),
  BLOCKED_ITEM(Kind.RULE),
  NOT_ALLOWED_ITEM(Kind.RULE),
  /** Later than {@code sessions.allowed-lateness} lets in. */
  LATE(Kind.RULE),

  /** An event without an item: it kept a session going. */
  NO_ITEM(Kind.RULE),
  /** A click that repeats another in every column. */
  DUPLICATE(Kind.RULE),
  DUPLICATE_EVENT_ID(Kind.RULE),
  /** A click on the item that the click before it was on. */
  REPEAT(Kind.RULE),
  BOT(Kind.RULE),
  /** A click of a session with fewer than {@code sessions.min-length} clicks. */
  SHORT_SESSION(Kind.RULE),
  /** One of the oldest clicks of a session with more than {@code sessions.max-length}. */
  OVER_LENGTH(Kind.RULE);

  /** Where a record goes. */
  public enum Kind {
    KEPT,
    /** Unusable: it goes to quarantine. */
    DEFECT,
    /** Usable, but the configuration leaves it out. */
    RULE
  }

  private final Kind kind;
  private final String label;

  Verdict(Kind kind) {
    this.kind = kind;
    this.label = name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public Kind kind() {
    return kind;
  }

  public String label() {
    return label;
  }
}
