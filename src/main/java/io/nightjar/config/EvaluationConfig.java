package io.nightjar.config;

import java.util.List;

/**
 * How models are judged.
 *
 * @param k lengths of the lists that are judged, ascending and distinct
 * @param excludeSeen whether items of the history are kept off the lists
 * @param bootstrap replicates over users; 0 for no intervals
 * @param sampleUsers users shown in the report
 */
public record EvaluationConfig(
    List<Integer> k,
    TieRule ties,
    boolean excludeSeen,
    int bootstrap,
    int sampleUsers,
    BlendConfig blend,
    GateConfig gate,
    BaselinesConfig baselines) {

  static EvaluationConfig from(Section section) {
    List<Integer> k = section.counts("k", 1).stream().distinct().sorted().toList();
    return new EvaluationConfig(
        k,
        section.choice("ties", TieRule.class),
        section.flag("exclude-seen"),
        section.count("bootstrap", 0, 10_000),
        section.count("sample-users", 0, 1_000),
        BlendConfig.from(section.section("blend")),
        GateConfig.from(section.section("gate"), k),
        BaselinesConfig.from(section.section("baselines")));
  }
}
