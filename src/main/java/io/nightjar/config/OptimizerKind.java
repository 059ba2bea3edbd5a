package io.nightjar.config;

/** How gradients become updates. */
public enum OptimizerKind {
  ADAGRAD,
  ADAM
}
