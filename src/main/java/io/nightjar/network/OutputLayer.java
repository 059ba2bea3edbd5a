package io.nightjar.network;

/**
 * The output layer in training: scores states against the candidates, and returns the gradient of
 * the states and of the item rows.
 *
 * <p>Works through the positions in blocks whose scores stay in the cache: one product for the
 * scores, one pass over them for the loss, two products for the gradients. The gradient of a score
 * is left unscaled where the loss allows it; the position's factor goes to the shorter state
 * vectors instead. For one thread.
 */
final class OutputLayer implements AutoCloseable {

  /** Scores of a block: 1 MiB, the second-level cache of a server core. */
  private static final int BLOCK_SCORES = 1 << 18;

  private static final int LEAST_BLOCK_ROWS = 8;

  private final int hidden;
  private final ItemRows rows;
  private final RowGradients gradients;
  private final Candidates candidates;
  private final ScoreLoss loss;
  private final FloatMatrix states = new FloatMatrix(1);
  private final FloatMatrix scaledStates = new FloatMatrix(1);
  private final FloatMatrix scores = new FloatMatrix(1);
  private final FloatMatrix stateGradient = new FloatMatrix(1);
  private final FloatMatrix candidateGradient = new FloatMatrix(1);
  private final FloatMatrix scales = new FloatMatrix(1);
  private final FloatMatrix biasGradient = new FloatMatrix(1);
  private float[] scoreRow = {};
  private float[] gradientRow = {};
  private float[] targetVectors = {};
  private float[] targetBias = {};

  /**
   * Per position {@code hidden} numbers: its state times the target's vector; then the scaled
   * state; then the gradient of the state as far as it comes from the candidates, unscaled.
   */
  private float[] products = {};

  private float[] scaleOfPosition = {};
  private float[] targetGradient = {};
  private int[] targetSlots = {};
  private final float[] product;

  OutputLayer(
      int hidden, ItemRows rows, RowGradients gradients, Candidates candidates, ScoreLoss loss) {
    this.hidden = hidden;
    this.rows = rows;
    this.gradients = gradients;
    this.candidates = candidates;
    this.loss = loss;
    product = new float[hidden];
  }

  /**
   * Computes the mean loss over the positions and its gradients; those of item rows are added to
   * the mini-batch's.
   *
   * @param state {@code [count][hidden]}; replaced by its gradient
   * @param targets next items, {@code [count]}
   * @return sum of the losses
   */
  double differentiate(float[] state, int[] targets, int count) {
    candidates.load(rows, gradients);
    reserve(count);
    gatherTargets(count);
    multiply(state, targetVectors, products, count * hidden);
    states.write(0, state, 0, count * hidden);
    candidateGradient.clear(0, candidates.count() * hidden);
    biasGradient.clear(0, candidates.count());
    int blockRows = Math.max(LEAST_BLOCK_ROWS, BLOCK_SCORES / Math.max(1, candidates.count()));
    double total = 0;
    for (int from = 0; from < count; from += blockRows) {
      total += differentiateBlock(state, targets, from, Math.min(blockRows, count - from), count);
    }
    addCandidateGradients();
    stateGradient.read(0, products, 0, count * hidden);
    for (int i = 0; i < count; i++) {
      addTargetGradient(state, i);
    }
    return total;
  }

  private double differentiateBlock(
      float[] state, int[] targets, int from, int blockRows, int positions) {
    int width = candidates.count();
    Blas.multiplyTransposed(
        blockRows, width, hidden, states, from * hidden, candidates.vectors(), 0, 0f, scores, 0);
    double total = 0;
    float share = 1f / positions;
    for (int row = 0; row < blockRows; row++) {
      int position = from + row;
      int slot = targetSlots[position];
      float target = targetScore(position, targets[position]);
      scores.read(row * width, scoreRow, 0, width);
      loss.differentiate(
          scoreRow, gradientRow, candidates.offsets(), width, slot < width ? slot : -1, target);
      scores.write(row * width, gradientRow, 0, width);
      total += loss.loss();
      targetGradient[position] = share * loss.targetGradient();
      scaleOfPosition[position] = share * loss.scale();
      scale(state, products, position * hidden, hidden, scaleOfPosition[position]);
    }
    scaledStates.write(0, products, from * hidden, blockRows * hidden);
    scales.write(0, scaleOfPosition, from, blockRows);
    Blas.multiply(
        blockRows,
        hidden,
        width,
        scores,
        0,
        candidates.vectors(),
        0,
        0f,
        stateGradient,
        from * hidden);
    Blas.transposedMultiply(
        width, hidden, blockRows, scores, 0, scaledStates, 0, 1f, candidateGradient, 0);
    Blas.columnSums(blockRows, width, scores, 0, scales, 1f, biasGradient, 0);
    return total;
  }

  private void addCandidateGradients() {
    for (int slot = 0; slot < candidates.count(); slot++) {
      gradients.set(slot, candidateGradient, slot * hidden);
    }
    biasGradient.read(0, scoreRow, 0, candidates.count());
    for (int slot = 0; slot < candidates.count(); slot++) {
      gradients.addToBias(slot, scoreRow[slot]);
    }
  }

  /** Adds what the target contributes, and replaces the state by its gradient. */
  private void addTargetGradient(float[] state, int position) {
    int at = position * hidden;
    int slot = targetSlots[position];
    float gradient = targetGradient[position];
    gradients.add(slot, gradient, state, at, hidden);
    gradients.addToBias(slot, gradient);
    float scale = scaleOfPosition[position];
    for (int i = at; i < at + hidden; i++) {
      state[i] = scale * products[i] + gradient * targetVectors[i];
    }
  }

  private void gatherTargets(int count) {
    float[] weights = rows.weights();
    for (int i = 0; i < count; i++) {
      int from = gradients.weightsAt(targetSlots[i]);
      System.arraycopy(weights, from, targetVectors, i * hidden, hidden);
      targetBias[i] = weights[from + hidden];
    }
  }

  private float targetScore(int position, int item) {
    System.arraycopy(products, position * hidden, product, 0, hidden);
    return loss.sum(product, hidden) + targetBias[position] + candidates.targetCorrection(item);
  }

  private static void multiply(float[] a, float[] b, float[] product, int count) {
    for (int i = 0; i < count; i++) {
      product[i] = a[i] * b[i];
    }
  }

  private static void scale(float[] values, float[] scaled, int from, int count, float factor) {
    for (int i = from; i < from + count; i++) {
      scaled[i] = factor * values[i];
    }
  }

  /** Gives every target its slot, after the candidates got theirs. */
  void assignTargets(int[] targets, int count) {
    if (targetSlots.length < count) {
      targetSlots = new int[count + count / 4];
    }
    for (int i = 0; i < count; i++) {
      targetSlots[i] = gradients.slot(targets[i]);
    }
  }

  private void reserve(int count) {
    int width = Math.max(1, candidates.count());
    int blockRows = Math.min(count, Math.max(LEAST_BLOCK_ROWS, BLOCK_SCORES / width));
    states.ensureCapacity(count * hidden);
    stateGradient.ensureCapacity(count * hidden);
    scaledStates.ensureCapacity(blockRows * hidden);
    scores.ensureCapacity(Math.multiplyExact(blockRows, width));
    scales.ensureCapacity(blockRows);
    candidateGradient.ensureCapacity(width * hidden);
    biasGradient.ensureCapacity(width);
    if (scoreRow.length < width) {
      scoreRow = new float[width + width / 4];
      gradientRow = new float[scoreRow.length];
    }
    if (scaleOfPosition.length < count) {
      scaleOfPosition = new float[count + count / 4];
      targetGradient = new float[scaleOfPosition.length];
      targetBias = new float[scaleOfPosition.length];
      targetVectors = new float[scaleOfPosition.length * hidden];
      products = new float[targetVectors.length];
    }
  }

  @Override
  public void close() {
    states.close();
    scaledStates.close();
    scores.close();
    stateGradient.close();
    candidateGradient.close();
    scales.close();
    biasGradient.close();
  }
}
