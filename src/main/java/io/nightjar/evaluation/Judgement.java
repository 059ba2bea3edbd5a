package io.nightjar.evaluation;

import java.io.Serializable;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one model's cases add up to: overall, by slice, by bootstrap replicate, and what its lists
 * are made of. Parts are merged in a fixed order, so that sums of doubles do not vary.
 */
final class Judgement implements Serializable {
  private static final long serialVersionUID = 1L;

  private final JudgeSettings settings;
  private final RankingMetrics overall;
  private final TreeMap<Slice, RankingMetrics> slices = new TreeMap<>();
  private final Bootstrap bootstrap;
  private final ListStatistics lists;

  Judgement(JudgeSettings settings, int vocabularySize) {
    this.settings = settings;
    this.overall = new RankingMetrics(settings.ks());
    this.bootstrap = new Bootstrap(settings.seed(), settings.replicates(), settings.ks());
    this.lists = new ListStatistics(settings.listLength(), vocabularySize);
  }

  RankingMetrics overall() {
    return overall;
  }

  SortedMap<Slice, RankingMetrics> slices() {
    return slices;
  }

  RankingMetrics slice(Slice slice) {
    return slices.computeIfAbsent(slice, s -> new RankingMetrics(settings.ks()));
  }

  Bootstrap bootstrap() {
    return bootstrap;
  }

  ListStatistics lists() {
    return lists;
  }

  /** Closes a user's cases. */
  void addUser(String user, RankingMetrics cases) {
    overall.merge(cases);
    bootstrap.add(user, cases);
  }

  Judgement merge(Judgement other) {
    overall.merge(other.overall);
    other.slices.forEach((slice, sums) -> slice(slice).merge(sums));
    bootstrap.merge(other.bootstrap);
    lists.merge(other.lists);
    return this;
  }
}
