package io.nightjar.evaluation;

import io.nightjar.recommend.TopK;
import io.nightjar.vocabulary.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Ranks the targets of held-out sequences among the whole catalogue, a batch of prefixes at a time,
 * inside one task. All scores of a prefix come from one and the same computation, so that equal
 * scores are equal to the last bit.
 */
final class HeldOutJudge {
  /** Scores held at a time: 16 million floats, 64 MiB. */
  private static final int SCORES_PER_BATCH = 1 << 24;

  private static final int MOST_PREFIXES_PER_BATCH = 1024;

  private final Ranker.Scorer scorer;
  private final Vocabulary vocabulary;
  private final JudgeSettings settings;
  private final PopularityBands bands;
  private final Judgement judgement;
  private final int prefixesPerBatch;

  private final List<HeldOutSequence> sequences = new ArrayList<>();
  private final List<int[]> known = new ArrayList<>();
  private final List<Integer> sequence = new ArrayList<>();
  private final List<Integer> lengths = new ArrayList<>();
  private final List<Integer> targets = new ArrayList<>();
  private float[] scores = new float[0];

  HeldOutJudge(
      Ranker.Scorer scorer, Vocabulary vocabulary, PopularityBands bands, JudgeSettings settings) {
    this.scorer = scorer;
    this.vocabulary = vocabulary;
    this.bands = bands;
    this.settings = settings;
    this.judgement = new Judgement(settings, vocabulary.size());
    this.prefixesPerBatch =
        Math.max(
            1,
            Math.min(MOST_PREFIXES_PER_BATCH, SCORES_PER_BATCH / Math.max(1, vocabulary.items())));
  }

  /** Takes a held-out sequence. */
  void add(HeldOutSequence heldOut) {
    List<String> before = heldOut.items().subList(0, heldOut.firstTarget());
    int seen = vocabulary.indicesOfKnown(before).length;
    sequences.add(heldOut);
    known.add(vocabulary.indicesOfKnown(heldOut.items()));
    for (String itemId : heldOut.items().subList(heldOut.firstTarget(), heldOut.items().size())) {
      int target = vocabulary.index(itemId);
      sequence.add(sequences.size() - 1);
      lengths.add(seen);
      targets.add(target);
      seen += target == Vocabulary.PADDING ? 0 : 1;
    }
    if (targets.size() >= prefixesPerBatch) {
      judgeBatch();
    }
  }

  /** Ranks what is left; returns the sums. */
  Judgement finish() {
    judgeBatch();
    return judgement;
  }

  private void judgeBatch() {
    RankingMetrics[] ofSequence = new RankingMetrics[sequences.size()];
    Arrays.setAll(ofSequence, s -> new RankingMetrics(settings.ks()));

    // A target without any known item before it has nothing to be ranked by: a miss.
    int[] rankable = rankable();
    for (int c = 0; c < targets.size(); c++) {
      if (lengths.get(c) == 0 || targets.get(c) == Vocabulary.PADDING) {
        count(c, RankingMetrics.MISS, ofSequence);
      }
    }
    for (int from = 0; from < rankable.length; from += prefixesPerBatch) {
      int to = Math.min(rankable.length, from + prefixesPerBatch);
      rank(Arrays.copyOfRange(rankable, from, to), ofSequence);
    }

    for (int s = 0; s < ofSequence.length; s++) {
      judgement.addUser(sequences.get(s).user(), ofSequence[s]);
    }
    sequences.clear();
    known.clear();
    sequence.clear();
    lengths.clear();
    targets.clear();
  }

  private int[] rankable() {
    return IntStream.range(0, targets.size())
        .filter(c -> lengths.get(c) > 0 && targets.get(c) != Vocabulary.PADDING)
        .toArray();
  }

  /** Scores all items for these cases and counts the ranks of their targets. */
  private void rank(int[] cases, RankingMetrics[] ofSequence) {
    int items = vocabulary.items();
    Prefixes prefixes =
        new Prefixes(
            known.toArray(int[][]::new),
            Arrays.stream(cases).map(sequence::get).toArray(),
            Arrays.stream(cases).map(lengths::get).toArray());
    int needed = Math.multiplyExact(cases.length, items);
    scores = scores.length < needed ? new float[needed] : scores;
    scorer.prepare(prefixes);
    scorer.score(1, vocabulary.size(), scores);
    for (int p = 0; p < cases.length; p++) {
      int row = p * items;
      if (settings.excludeSeen()) {
        exclude(known.get(prefixes.sequence()[p]), prefixes.lengths()[p], row);
      }
      int target = targets.get(cases[p]);
      count(cases[p], RankingMetrics.rank(scores, row, items, target, settings.ties()), ofSequence);
      list(row, items);
    }
  }

  private void exclude(int[] items, int length, int row) {
    for (int i = 0; i < length; i++) {
      scores[row + items[i] - 1] = Float.NEGATIVE_INFINITY;
    }
  }

  private void list(int row, int items) {
    TopK best = new TopK(Math.min(items, settings.listLength()));
    for (int i = 0; i < items; i++) {
      best.offer(i + 1, scores[row + i]);
    }
    for (TopK.Ranked item : best.drain()) {
      judgement.lists().add(item.index());
    }
  }

  private void count(int c, double rank, RankingMetrics[] ofSequence) {
    HeldOutSequence heldOut = sequences.get(sequence.get(c));
    int target = targets.get(c);
    List<RankingMetrics> sums =
        List.of(
            ofSequence[sequence.get(c)],
            judgement.slice(Slice.position(Math.max(1, lengths.get(c)))),
            judgement.slice(Slice.length(heldOut.items().size())),
            judgement.slice(bands.of(target)),
            judgement.slice(Slice.user(heldOut.knownUser())));
    for (RankingMetrics sum : sums) {
      if (target == Vocabulary.PADDING) {
        sum.addUnknownTarget();
      } else {
        sum.add(rank);
      }
    }
  }
}
