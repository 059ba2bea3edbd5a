package io.nightjar.network;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The network as DL4J knows it: {@code EmbeddingSequenceLayer}, LSTM layers, {@code RnnOutputLayer}
 * with a softmax over all rows. Features are item indices {@code [batch][time]}; labels are one-hot
 * {@code [batch][row][time]}; both with masks {@code [batch][time]}. Loads in any DL4J program.
 */
public final class StockNetwork {
  /** Stated, so that a saved model says it. */
  private static final double ADAGRAD_EPSILON = 1e-6;

  private StockNetwork() {}

  /**
   * A network with random parameters (Xavier).
   *
   * @param learningRate step size of Adagrad
   * @param embeddingDropout chance of zeroing an element of the LSTM's input, in [0, 1)
   * @param outputDropout chance of zeroing an element of the output layer's input, in [0, 1)
   * @param seed starts the parameters and the dropout
   */
  public static MultiLayerNetwork create(
      NetworkShape shape,
      double learningRate,
      double embeddingDropout,
      double outputDropout,
      long seed) {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .weightInit(WeightInit.XAVIER)
            .updater(adagrad(learningRate))
            .list()
            .layer(
                new EmbeddingSequenceLayer.Builder()
                    .nIn(shape.vocabularySize())
                    .nOut(shape.embedding())
                    .inferInputLength(true)
                    .outputDataFormat(RNNFormat.NCW)
                    .build());
    for (int layer = 0; layer < shape.layers(); layer++) {
      LSTM.Builder lstm =
          new LSTM.Builder()
              .nIn(layer == 0 ? shape.embedding() : shape.hidden())
              .nOut(shape.hidden())
              .activation(Activation.TANH)
              .dataFormat(RNNFormat.NCW);
      layers.layer(layer == 0 ? withDropout(lstm, embeddingDropout).build() : lstm.build());
    }
    RnnOutputLayer.Builder output =
        new RnnOutputLayer.Builder(LossFunction.MCXENT)
            .nIn(shape.hidden())
            .nOut(shape.vocabularySize())
            .activation(Activation.SOFTMAX)
            .dataFormat(RNNFormat.NCW);
    layers.layer(withDropout(output, outputDropout).build());
    MultiLayerNetwork network = new MultiLayerNetwork(layers.build());
    network.init();
    return network;
  }

  private static IUpdater adagrad(double learningRate) {
    return new AdaGrad(learningRate, ADAGRAD_EPSILON);
  }

  /** DL4J's {@code dropOut} takes the chance of keeping an input, and 0 for no dropout. */
  private static <B extends Layer.Builder<B>> B withDropout(B builder, double chanceOfZeroing) {
    return chanceOfZeroing == 0 ? builder : builder.dropOut(1 - chanceOfZeroing);
  }
}
