package io.nightjar.config;

/** Who trains: which {@code TrainingMaster} drives dl4j-spark. */
public enum MasterKind {
  /** dl4j-spark's own parameter averaging with a full softmax. */
  DL4J
}
