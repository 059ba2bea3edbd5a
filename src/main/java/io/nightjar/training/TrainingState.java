package io.nightjar.training;

import io.nightjar.network.NetworkParameters;
import io.nightjar.network.Optimizer;
import io.nightjar.network.OptimizerState;
import java.io.Serializable;

/**
 * What a round starts from.
 *
 * @param parameters of the network
 * @param optimizer what the optimizer remembers of them
 */
public record TrainingState(NetworkParameters parameters, OptimizerState optimizer)
    implements Serializable {

  /** Parameters that no optimizer has seen yet. */
  public static TrainingState fresh(NetworkParameters parameters, Optimizer optimizer) {
    return new TrainingState(parameters, OptimizerState.initial(parameters.shape(), optimizer));
  }
}
