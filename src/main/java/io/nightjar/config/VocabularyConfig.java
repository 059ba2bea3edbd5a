package io.nightjar.config;

/**
 * Which items exist: those seen at least {@code minCount} times, at most {@code maxSize} of them.
 */
public record VocabularyConfig(int minCount, int maxSize) {

  /** Item indices travel as floats inside DL4J's data sets; a float counts exactly up to 2^24. */
  private static final int MAX_ITEMS = 1 << 24;

  static VocabularyConfig from(Section section) {
    return new VocabularyConfig(
        section.count("min-count", 1, Integer.MAX_VALUE),
        section.count("max-size", 1, MAX_ITEMS - 1));
  }
}
