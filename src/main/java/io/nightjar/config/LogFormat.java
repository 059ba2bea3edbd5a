package io.nightjar.config;

/** How a click log is written. */
public enum LogFormat {
  CSV,
  TSV,
  /** One object per line. */
  JSON,
  PARQUET,
  /** Apache's and NGINX's combined (or common) access log. */
  ACCESS_LOG;

  /** Whether a first line may name the columns. */
  public boolean hasHeader() {
    return this == CSV || this == TSV;
  }
}
