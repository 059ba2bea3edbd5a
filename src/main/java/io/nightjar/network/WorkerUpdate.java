package io.nightjar.network;

import java.io.Serializable;
import java.util.List;

/**
 * What one worker made of the parameters in one round.
 *
 * @param lstm LSTM weights
 * @param lstmState their optimizer state, as in {@link OptimizerState#lstm()}
 * @param outputRows touched rows of the output table
 * @param inputRows touched rows of the input table; null where weights are tied
 * @param events positions trained on
 * @param lossSum sum of their losses
 */
public record WorkerUpdate(
    List<LstmWeights> lstm,
    List<float[]> lstmState,
    TouchedRows outputRows,
    TouchedRows inputRows,
    long events,
    double lossSum)
    implements Serializable {}
