package io.nightjar.evaluation;

import io.nightjar.vocabulary.Vocabulary;
import java.util.ArrayList;
import java.util.List;

/** Ranks the targets of held-out sequences, a batch of prefixes at a time, inside one task. */
final class HeldOutJudge {
  /** Scores held at a time: 16 million floats, 64 MiB. */
  private static final int SCORES_PER_BATCH = 1 << 24;

  private final Ranker.Scorer scorer;
  private final Vocabulary vocabulary;
  private final RankingMetrics sums;
  private final int prefixesPerBatch;

  private final List<int[]> sequences = new ArrayList<>();
  private final List<Integer> sequence = new ArrayList<>();
  private final List<Integer> lengths = new ArrayList<>();
  private final List<Integer> targets = new ArrayList<>();

  HeldOutJudge(Ranker.Scorer scorer, Vocabulary vocabulary, RankingMetrics sums) {
    this.scorer = scorer;
    this.vocabulary = vocabulary;
    this.sums = sums;
    this.prefixesPerBatch = Math.max(1, SCORES_PER_BATCH / vocabulary.items());
  }

  /** Takes a held-out sequence; its items from {@code firstTarget} on are targets. */
  void add(List<String> itemIds, int firstTarget) {
    int[] known = vocabulary.indicesOfKnown(itemIds);
    int seen = vocabulary.indicesOfKnown(itemIds.subList(0, firstTarget)).length;
    sequences.add(known);
    for (String itemId : itemIds.subList(firstTarget, itemIds.size())) {
      int target = vocabulary.index(itemId);
      if (target == Vocabulary.PADDING) {
        sums.addUnknownTarget();
        continue;
      }
      if (seen == 0) {
        // Without any known item before it there is nothing to rank by: last place.
        sums.add(vocabulary.items());
      } else {
        sequence.add(sequences.size() - 1);
        lengths.add(seen);
        targets.add(target);
      }
      seen++;
    }
    if (targets.size() >= prefixesPerBatch) {
      judgeBatch();
    }
  }

  /** Ranks what is left; returns the sums. */
  RankingMetrics finish() {
    judgeBatch();
    return sums;
  }

  private void judgeBatch() {
    if (!targets.isEmpty()) {
      int items = vocabulary.items();
      Prefixes prefixes =
          new Prefixes(sequences.toArray(int[][]::new), toArray(sequence), toArray(lengths));
      float[] scores = new float[Math.multiplyExact(prefixes.count(), items)];
      scorer.prepare(prefixes);
      scorer.score(1, vocabulary.size(), scores);
      for (int prefix = 0; prefix < prefixes.count(); prefix++) {
        sums.add(RankingMetrics.rank(scores, prefix * items, items, targets.get(prefix)));
      }
    }
    sequences.clear();
    sequence.clear();
    lengths.clear();
    targets.clear();
  }

  private static int[] toArray(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }
}
