package io.nightjar.config;

import java.io.Serializable;

/**
 * How much the items of a list are to differ, by maximal marginal relevance (Carbonell and
 * Goldstein, SIGIR 1998).
 *
 * @param lambda weight of an item's score, in (0, 1]; the rest is the weight of its cosine to the
 *     nearest item above it in the list. 1: the score alone
 * @param pool best items that a list is chosen from, as a multiple of its length
 */
public record DiversityConfig(double lambda, int pool) implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final int MOST_POOL = 1000;

  static DiversityConfig from(Section section) {
    double lambda = section.number("lambda", 0, 1);
    if (lambda == 0) {
      throw section.wrong("lambda", lambda, "a number above 0, at most 1");
    }
    return new DiversityConfig(lambda, section.count("pool", 1, MOST_POOL));
  }

  /** Whether anything but the score counts. */
  public boolean isWanted() {
    return lambda < 1;
  }
}
