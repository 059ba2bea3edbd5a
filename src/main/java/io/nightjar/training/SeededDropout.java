package io.nightjar.training;

import java.util.Arrays;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.spark.api.TrainingHook;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Starts the random numbers that DL4J draws its dropout from anew for each mini-batch, from the
 * seed of the round and what is in the mini-batch, so that the thread that happens to train it
 * makes no difference.
 *
 * @param roundSeed another one for each round
 */
record SeededDropout(long roundSeed) implements TrainingHook {
  private static final long serialVersionUID = 1L;
  private static final long SEED_STRIDE = 0x9E3779B97F4A7C15L;

  @Override
  public void preUpdate(DataSet batch, Model model) {
    long content = Arrays.hashCode(batch.getFeatures().data().asFloat());
    long seed = roundSeed * SEED_STRIDE + content;
    Nd4j.getRandom().setStates(seed, seed ^ SEED_STRIDE);
  }

  @Override
  public void postUpdate(DataSet batch, Model model) {}

  @Override
  public void preUpdate(MultiDataSet batch, Model model) {
    throw new UnsupportedOperationException("Sequences come as DataSet");
  }

  @Override
  public void postUpdate(MultiDataSet batch, Model model) {}
}
