package io.nightjar.config;

/** Who trains: which {@code TrainingMaster} drives dl4j-spark. */
public enum MasterKind {
  /** Nightjar's own: a fused step over touched rows, averaged by touches. */
  SPARSE_AVERAGING,
  /** dl4j-spark's own parameter averaging with a full softmax. */
  DL4J
}
