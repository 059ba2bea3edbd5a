package io.nightjar.evaluation;

import java.util.stream.IntStream;

/**
 * A batch of prefixes of sequences: prefix {@code p} is the first {@code lengths[p]} items of
 * {@code sequences[sequence[p]]}. Prefixes of one sequence stand together, shortest first, so that
 * a model can go through each sequence once.
 *
 * @param sequences item indices, oldest first; none is padding
 * @param sequence which sequence each prefix is of, ascending
 * @param lengths items of each prefix, at least 1
 * @param states the network's output after each prefix, {@code [prefixes][hidden]}, row-major, for
 *     a network that need not go through them again; null where it has to
 */
public record Prefixes(int[][] sequences, int[] sequence, int[] lengths, float[] states) {

  /** Prefixes that the network goes through. */
  public Prefixes(int[][] sequences, int[] sequence, int[] lengths) {
    this(sequences, sequence, lengths, null);
  }

  /** The same prefixes, with the network's output after each of them. */
  public Prefixes withStates(float[] outputs) {
    return new Prefixes(sequences, sequence, lengths, outputs);
  }

  /** Each sequence as one prefix, whole. */
  public static Prefixes whole(int[][] sequences) {
    return new Prefixes(
        sequences,
        IntStream.range(0, sequences.length).toArray(),
        IntStream.range(0, sequences.length).map(s -> sequences[s].length).toArray());
  }

  /** Whether each sequence is one prefix, whole. */
  public boolean isWhole() {
    return count() == sequences.length
        && IntStream.range(0, count())
            .allMatch(p -> sequence[p] == p && lengths[p] == sequences[p].length);
  }

  /** Number of prefixes. */
  public int count() {
    return lengths.length;
  }

  /** The newest item of a prefix. */
  public int lastItem(int prefix) {
    return sequences[sequence[prefix]][lengths[prefix] - 1];
  }
}
