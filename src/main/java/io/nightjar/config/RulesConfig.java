package io.nightjar.config;

import java.io.Serializable;

/**
 * Item-to-item rules.
 *
 * @param reach how many events apart the items of a pair may be
 * @param decay a pair that is d events apart weighs d^-decay: 0 all alike, 1 "div", 2 "quadratic"
 * @param bothWays whether a pair counts in both directions
 * @param last how many of the newest items of a history have a say, the n-th newest 1/n²
 * @param followers rules kept per item, the strongest
 */
public record RulesConfig(int reach, double decay, boolean bothWays, int last, int followers)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  static RulesConfig from(Section section, boolean bothWays) {
    return new RulesConfig(
        section.count("reach", 1, 10_000),
        section.number("decay", 0, 10),
        bothWays,
        section.count("last", 1, 10_000),
        section.count("followers", 1, 1_000_000));
  }
}
