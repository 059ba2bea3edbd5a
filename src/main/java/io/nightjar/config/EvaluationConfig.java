package io.nightjar.config;

import java.util.List;

/**
 * How models are judged.
 *
 * @param k lengths of the lists that are judged, ascending and distinct
 * @param excludeSeen whether items of the history are kept off the lists
 * @param replicates of the bootstrap; 0 for none
 */
public record EvaluationConfig(
    List<Integer> k, TieRule ties, boolean excludeSeen, int replicates, BaselinesConfig baselines) {

  static EvaluationConfig from(Section section) {
    return new EvaluationConfig(
        section.counts("k", 1).stream().distinct().sorted().toList(),
        section.choice("ties", TieRule.class),
        section.flag("exclude-seen"),
        section.count("bootstrap", 0, 10_000),
        BaselinesConfig.from(section.section("baselines")));
  }
}
