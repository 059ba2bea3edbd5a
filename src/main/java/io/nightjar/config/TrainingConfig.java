package io.nightjar.config;

import io.nightjar.network.Adagrad;
import io.nightjar.network.Adam;
import io.nightjar.network.Objective;
import io.nightjar.network.Optimizer;
import io.nightjar.network.Regularization;
import io.nightjar.network.StepSettings;
import io.nightjar.training.AveragingSettings;
import io.nightjar.training.LearningRateSchedule;
import io.nightjar.training.TrainingSettings;

/**
 * How the network is trained.
 *
 * @param length events of a sequence that the dl4j master trains on at a time
 * @param refit whether the model is trained again with the validation part, once that has chosen
 * @param warmStart whether a night goes on from the model in use
 * @param warmEpochs passes over the new clicks then, at most
 * @param settings everything else; the dl4j master uses what it knows of it
 */
public record TrainingConfig(
    MasterKind master,
    int length,
    boolean refit,
    boolean warmStart,
    int warmEpochs,
    TrainingSettings settings) {
  private static final double ADAGRAD_EPSILON = 1e-6;
  private static final double ADAM_MEAN_DECAY = 0.9;
  private static final double ADAM_SQUARE_DECAY = 0.999;

  /** The same for another number of epochs, and without stopping early. */
  public TrainingConfig forEpochs(int epochs) {
    return with(settings.forEpochs(epochs));
  }

  /** The same for a training that goes on from a previous model. */
  public TrainingConfig forWarmStart() {
    return with(settings.forAtMost(warmEpochs));
  }

  private TrainingConfig with(TrainingSettings other) {
    return new TrainingConfig(master, length, refit, warmStart, warmEpochs, other);
  }

  static TrainingConfig from(Section section, long seed) {
    MasterKind master = section.choice("master", MasterKind.class);
    boolean warmStart = section.choice("warm-start", WarmStartKind.class) == WarmStartKind.LATEST;
    if (warmStart && master != MasterKind.SPARSE_AVERAGING) {
      throw section.wrong("warm-start", "latest", "none, or training.master = sparse-averaging");
    }
    return new TrainingConfig(
        master,
        section.count("length", 2, 1_000_000),
        section.flag("refit"),
        warmStart,
        section.count("warm-epochs", 1, 100_000),
        new TrainingSettings(
            section.count("epochs", 1, 100_000),
            section.count("batch", 1, 1_000_000),
            new StepSettings(
                objective(section),
                regularization(section),
                optimizer(section),
                section.number("lstm-rate", 1e-9, 1e3),
                section.count("bptt", 1, 1_000_000)),
            learningRate(section),
            section.countOrAuto("workers"),
            averaging(section),
            section.count("patience", 0, 100_000),
            section.count("checkpoint-every-rounds", 0, Integer.MAX_VALUE),
            seed));
  }

  private static Objective objective(Section section) {
    return new Objective(
        section.choice("loss", Objective.Loss.class),
        section.count("negatives", 0, 1 << 20),
        section.number("sample-alpha", 0, 1),
        section.flag("log-q"),
        section.flag("in-batch-negatives"),
        section.number("bpr-max.regularization", 0, 1e6),
        section.number("bpr-max.elu", 1e-6, 1e6));
  }

  private static Regularization regularization(Section section) {
    return new Regularization(
        section.fraction("dropout.embedding"),
        section.fraction("dropout.output"),
        section.number("l1", 0, 1e6),
        section.number("l2", 0, 1e6),
        section.number("clip-norm", 0, 1e9));
  }

  private static Optimizer optimizer(Section section) {
    double momentum = section.fraction("momentum");
    return switch (section.choice("optimizer", OptimizerKind.class)) {
      case ADAGRAD -> new Adagrad(momentum, ADAGRAD_EPSILON);
      case ADAM -> new Adam(ADAM_MEAN_DECAY, ADAM_SQUARE_DECAY);
    };
  }

  private static LearningRateSchedule learningRate(Section section) {
    return new LearningRateSchedule(
        section.number("learning-rate", 1e-9, 1e3),
        section.fraction("warm-up"),
        section.number("final-rate-share", 0, 1));
  }

  private static AveragingSettings averaging(Section section) {
    return new AveragingSettings(
        section.count("averaging-frequency", 1, 1_000_000),
        section.number("averaging-growth", 1, 1e3),
        section.fraction("block-momentum"));
  }
}
