package io.nightjar.config;

import java.util.List;

/** Lengths of the lists that are judged, ascending and distinct. */
public record EvaluationConfig(List<Integer> k) {

  static EvaluationConfig from(Section section) {
    return new EvaluationConfig(section.counts("k", 1).stream().distinct().sorted().toList());
  }
}
