package io.nightjar.config;

/** How a click log is written. */
public enum LogFormat {
  CSV,
  TSV,
  JSON,
  PARQUET
}
