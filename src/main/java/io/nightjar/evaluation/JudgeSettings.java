package io.nightjar.evaluation;

import io.nightjar.config.EvaluationConfig;
import io.nightjar.config.TieRule;
import java.io.Serializable;
import java.util.List;

/**
 * How models are judged.
 *
 * @param ks list lengths, ascending
 * @param excludeSeen whether items of the history are kept off the lists, as targets too: one that
 *     comes back is then a miss
 * @param replicates of the bootstrap; 0 for none
 * @param seed of the bootstrap
 */
public record JudgeSettings(
    List<Integer> ks, TieRule ties, boolean excludeSeen, int replicates, long seed)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** As the configuration says. */
  public static JudgeSettings of(EvaluationConfig evaluation, long seed) {
    return new JudgeSettings(
        evaluation.k(), evaluation.ties(), evaluation.excludeSeen(), evaluation.bootstrap(), seed);
  }

  /** Length of the lists whose coverage is judged: the longest K. */
  int listLength() {
    return ks.get(ks.size() - 1);
  }
}
