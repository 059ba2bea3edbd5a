package io.nightjar.evaluation;

/**
 * Items by the cosine of the angle between their vectors and the newest item's vector, in [-1, 1].
 * A vector of zeros has a cosine of 0 with every other.
 */
public final class CosineRanker implements Ranker {
  private static final long serialVersionUID = 1L;

  private final SharedRows units;
  private final int items;
  private final int dimensions;

  /**
   * @param vectors item vectors, {@code [vocabularySize][dimensions]}, row-major; row 0 is padding.
   *     Not changed.
   */
  public CosineRanker(float[] vectors, int dimensions) {
    this.units = new SharedRows(unitVectors(vectors, dimensions));
    this.items = vectors.length / dimensions;
    this.dimensions = dimensions;
  }

  /**
   * Vectors of length 1 in the same directions; a vector of zeros stays.
   *
   * @param vectors {@code [rows][dimensions]}, row-major; not changed
   */
  public static float[] unitVectors(float[] vectors, int dimensions) {
    float[] unit = vectors.clone();
    for (int from = 0; from < unit.length; from += dimensions) {
      double squares = 0;
      for (int d = 0; d < dimensions; d++) {
        squares += (double) unit[from + d] * unit[from + d];
      }
      float scale = squares == 0 ? 0 : (float) (1 / Math.sqrt(squares));
      for (int d = 0; d < dimensions; d++) {
        unit[from + d] *= scale;
      }
    }
    return unit;
  }

  @Override
  public String name() {
    return "cosine";
  }

  @Override
  public Scorer open() {
    return new DotProductScorer(units, new float[items], dimensions) {
      @Override
      float[] states(Prefixes batch) {
        float[] states = new float[batch.count() * dimensions];
        for (int p = 0; p < batch.count(); p++) {
          int row = batch.lastItem(p) * dimensions;
          System.arraycopy(units.onHeap(), row, states, p * dimensions, dimensions);
        }
        return states;
      }
    };
  }
}
