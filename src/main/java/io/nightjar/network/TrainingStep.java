package io.nightjar.network;

import java.util.Arrays;

/**
 * The fused training step: takes mini-batches of sequences and updates the LSTM layers and exactly
 * those item rows that a mini-batch touches.
 *
 * <p>Its gradients are those of DL4J's own backpropagation. Item rows are copied from the shared
 * parameters when they are first touched; the shared parameters themselves are never written.
 * Nothing is allocated per mini-batch once the largest one has been seen. For one thread; {@link
 * #close()} gives the memory outside the heap back.
 */
public final class TrainingStep implements AutoCloseable {

  /**
   * Time steps between two updates: bounds the memory of a mini-batch whatever the length of its
   * sequences.
   */
  static final int WINDOW_STEPS = 64;

  private final NetworkShape shape;
  private final StepSettings settings;
  private final Regularization dropout;
  private final SequenceLayers layers;
  private final ItemRows outputRows;
  private final ItemRows inputRows;
  private final RowGradients outputGradients;
  private final RowGradients inputGradients;
  private final Candidates candidates;
  private final OutputLayer output;
  private final GradientShaping shaping;
  private final PackedBatch batch = new PackedBatch();
  private final RandomStream random = new RandomStream();
  private int[] inputSlots = {};
  private int[] lossPositions = {};
  private int[] targets = {};
  private float[] embeddingMask = {};
  private float[] hiddenMask = {};
  private float[] targetStates = {};
  private float[] scatteredGradient = {};
  private final float[] vector;
  private double lossSum;
  private long events;

  /**
   * @param parameters shared and left as they are
   * @param state optimizer state of the parameters, shared and left as it is
   * @param buffers where the arrays of {@link #result()} come from
   */
  public TrainingStep(
      NetworkParameters parameters,
      OptimizerState state,
      NegativeSampler sampler,
      StepSettings settings,
      RowBuffers buffers) {
    shape = parameters.shape();
    this.settings = settings;
    dropout = settings.regularization();
    Optimizer optimizer = settings.optimizer();
    layers =
        new SequenceLayers(
            shape,
            parameters.lstm().stream().map(LstmWeights::copy).toList(),
            state.lstm().stream().map(float[]::clone).toList());
    outputRows =
        new ItemRows(
            parameters.outputRows(),
            parameters.outputBias(),
            state.outputRows(),
            shape.hidden(),
            optimizer,
            buffers);
    outputGradients = new RowGradients(outputRows);
    inputRows =
        shape.tiedWeights()
            ? outputRows
            : new ItemRows(
                parameters.inputRows(),
                null,
                state.inputRows(),
                shape.embedding(),
                optimizer,
                buffers);
    inputGradients = shape.tiedWeights() ? outputGradients : new RowGradients(inputRows);
    candidates = new Candidates(settings.objective(), sampler, shape.hidden());
    output =
        new OutputLayer(
            shape.hidden(), outputRows, outputGradients, candidates, lossOf(settings.objective()));
    shaping = new GradientShaping(settings.regularization());
    vector = new float[Math.max(shape.embedding(), shape.hidden())];
  }

  /**
   * Trains on one mini-batch.
   *
   * @param sequences item indices, oldest first, at least two each
   * @param firstTargets index in each sequence of the first item to learn to predict, at least 1;
   *     what comes before is context
   * @param count sequences in the mini-batch
   * @param learningRate above 0
   * @param seed of the training
   * @param number of the mini-batch in the training, which with the seed determines what is drawn
   */
  public void train(
      int[][] sequences,
      int[] firstTargets,
      int count,
      float learningRate,
      long seed,
      long number) {
    random.start(seed, number);
    layers.reset(count);
    int longest = 0;
    for (int i = 0; i < count; i++) {
      longest = Math.max(longest, sequences[i].length - 1);
    }
    for (int from = 0; from < longest; from += WINDOW_STEPS) {
      batch.pack(sequences, count, 1, from, from + WINDOW_STEPS);
      int targetCount = collectTargets(sequences, firstTargets, from);
      accumulateGradients(targetCount);
      if (targetCount > 0) {
        update(learningRate);
      }
    }
  }

  /** Sum of the losses of all positions so far. */
  public double lossSum() {
    return lossSum;
  }

  /** Positions trained on so far. */
  public long events() {
    return events;
  }

  /** What training made of the parameters; the step is not to be used any more. */
  public WorkerUpdate result() {
    return new WorkerUpdate(
        layers.weights(),
        layers.state(),
        outputRows.touched(),
        shape.tiedWeights() ? null : inputRows.touched(),
        events,
        lossSum);
  }

  /** Forward and backward, without the update. */
  private void accumulateGradients(int targetCount) {
    if (targetCount > 0) {
      candidates.choose(targets, targetCount, outputGradients, random);
      output.assignTargets(targets, targetCount);
    }
    embed();
    float[] outputs = layers.forward(batch);
    if (targetCount == 0) {
      inputGradients.clear();
      return;
    }
    boolean everywhere = targetCount == batch.positions();
    float[] states = everywhere ? outputs : gathered(outputs, targetCount);
    drop(states, targetCount);
    lossSum += output.differentiate(states, targets, targetCount);
    events += targetCount;
    if (dropout.hiddenDropout() > 0) {
      multiply(states, hiddenMask, targetCount * shape.hidden());
    }
    float[] outputGradient = everywhere ? states : scattered(states, targetCount);
    float[] inputGradient = layers.backward(batch, outputGradient, settings.gradientSteps());
    addInputGradients(inputGradient);
  }

  private void update(float learningRate) {
    shaping.shape(layers, outputGradients, shape.tiedWeights() ? null : inputGradients);
    Optimizer optimizer = settings.optimizer();
    layers.update(optimizer, (float) settings.lstmRate() * learningRate);
    outputGradients.applyAndClear(optimizer, learningRate);
    if (!shape.tiedWeights()) {
      inputGradients.applyAndClear(optimizer, learningRate);
    }
  }

  /** Finds the positions that have an item to predict. */
  private int collectTargets(int[][] sequences, int[] firstTargets, int from) {
    if (targets.length < batch.positions()) {
      targets = new int[batch.positions() + batch.positions() / 4];
      lossPositions = new int[targets.length];
      inputSlots = new int[targets.length];
    }
    int count = 0;
    for (int t = 0; t < batch.steps(); t++) {
      for (int row = 0; row < batch.active(t); row++) {
        int sequence = batch.sequence(row);
        int next = from + t + 1;
        if (next >= firstTargets[sequence]) {
          lossPositions[count] = batch.offset(t) + row;
          targets[count++] = sequences[sequence][next];
        }
      }
    }
    return count;
  }

  private void embed() {
    int width = shape.embedding();
    int positions = batch.positions();
    for (int p = 0; p < positions; p++) {
      inputSlots[p] = inputGradients.slot(batch.item(p));
    }
    boolean drops = dropout.embeddingDropout() > 0;
    if (drops) {
      embeddingMask = room(embeddingMask, positions * width);
      random.fillDropoutMask(embeddingMask, positions * width, dropout.embeddingDropout());
    }
    layers.reserve(positions);
    float[] weights = inputRows.weights();
    for (int p = 0; p < positions; p++) {
      int at = inputGradients.weightsAt(inputSlots[p]);
      if (drops) {
        for (int i = 0; i < width; i++) {
          vector[i] = weights[at + i] * embeddingMask[p * width + i];
        }
        layers.setInput(p, vector, 0);
      } else {
        layers.setInput(p, weights, at);
      }
    }
  }

  /** The states of the positions that have a target. */
  private float[] gathered(float[] outputs, int targetCount) {
    int hidden = shape.hidden();
    targetStates = room(targetStates, targetCount * hidden);
    for (int i = 0; i < targetCount; i++) {
      System.arraycopy(outputs, lossPositions[i] * hidden, targetStates, i * hidden, hidden);
    }
    return targetStates;
  }

  private void drop(float[] states, int targetCount) {
    if (dropout.hiddenDropout() > 0) {
      int length = targetCount * shape.hidden();
      hiddenMask = room(hiddenMask, length);
      random.fillDropoutMask(hiddenMask, length, dropout.hiddenDropout());
      multiply(states, hiddenMask, length);
    }
  }

  /** The gradient of every position, zero where there is no target. */
  private float[] scattered(float[] stateGradient, int targetCount) {
    int hidden = shape.hidden();
    scatteredGradient = room(scatteredGradient, batch.positions() * hidden);
    Arrays.fill(scatteredGradient, 0, batch.positions() * hidden, 0f);
    for (int i = 0; i < targetCount; i++) {
      System.arraycopy(
          stateGradient, i * hidden, scatteredGradient, lossPositions[i] * hidden, hidden);
    }
    return scatteredGradient;
  }

  private void addInputGradients(float[] inputGradient) {
    int width = shape.embedding();
    int positions = batch.positions();
    if (dropout.embeddingDropout() > 0) {
      multiply(inputGradient, embeddingMask, positions * width);
    }
    for (int p = 0; p < positions; p++) {
      inputGradients.add(inputSlots[p], 1f, inputGradient, p * width, width);
    }
  }

  private static void multiply(float[] values, float[] factors, int count) {
    for (int i = 0; i < count; i++) {
      values[i] *= factors[i];
    }
  }

  private static float[] room(float[] array, int length) {
    return array.length >= length ? array : new float[length + length / 4];
  }

  private static ScoreLoss lossOf(Objective objective) {
    return switch (objective.loss()) {
      case CROSS_ENTROPY -> new CrossEntropyLoss();
      case BPR_MAX -> new BprMaxLoss(objective.bprRegularization(), objective.elu());
    };
  }

  @Override
  public void close() {
    layers.close();
    candidates.close();
    output.close();
  }
}
