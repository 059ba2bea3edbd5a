package io.nightjar.config;

import java.io.Serializable;

/**
 * The session-based nearest neighbours. Where a decay is 0, there is none.
 *
 * @param neighbours most similar sessions that have a say
 * @param sample newest sessions, of those that share an item, that neighbours are chosen from
 * @param sessions newest training sequences that are remembered
 * @param lastItems newest items of the history that neighbours are looked up by
 * @param positionDecay events after which an item of the history counts 1/e in the similarity
 * @param timeDecay days after which a neighbour counts 1/e
 * @param distanceDecay events away from the shared item at which a neighbour's item counts 1/e
 * @param matchDecay events back in the history at which the newest shared item counts 1/e
 * @param idf weight of an item's rarity, ln(sessions / count)
 */
public record SessionKnnConfig(
    int neighbours,
    int sample,
    int sessions,
    int lastItems,
    double positionDecay,
    double timeDecay,
    double distanceDecay,
    double matchDecay,
    double idf)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final double LONGEST_DECAY = 1e6;

  static SessionKnnConfig from(Section section) {
    return new SessionKnnConfig(
        section.count("neighbours", 1, 1_000_000),
        section.count("sample", 1, 10_000_000),
        section.count("sessions", 1, Integer.MAX_VALUE),
        section.count("last-items", 1, 10_000),
        section.number("position-decay", 0, LONGEST_DECAY),
        section.number("time-decay", 0, LONGEST_DECAY),
        section.number("distance-decay", 0, LONGEST_DECAY),
        section.number("match-decay", 0, LONGEST_DECAY),
        section.number("idf", 0, LONGEST_DECAY));
  }
}
