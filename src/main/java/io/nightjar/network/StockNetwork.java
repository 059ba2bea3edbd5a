package io.nightjar.network;

import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The network as plain DL4J sees it: {@code EmbeddingSequenceLayer -> LSTM ... -> RnnOutputLayer},
 * so that any DL4J program loads a model that Nightjar trained.
 */
public final class StockNetwork {

  private StockNetwork() {}

  /**
   * A network with the initial weights of {@link NetworkParameters#initial}.
   *
   * @param settings what DL4J's own training would use; {@code sparse-averaging} takes only the
   *     shape
   */
  public static MultiLayerNetwork create(NetworkShape shape, long seed, Settings settings) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration(shape, seed, settings));
    network.init();
    NetworkParameters.initial(shape, seed).writeTo(network);
    return network;
  }

  /**
   * A network with the initial weights of {@link NetworkParameters#initial} and DL4J's side of the
   * settings at their defaults.
   */
  public static MultiLayerNetwork create(NetworkShape shape, long seed) {
    return create(shape, seed, Settings.DEFAULTS);
  }

  /** The shape of a network that {@link #create} made, or one loaded from its file. */
  public static NetworkShape shapeOf(MultiLayerNetwork network) {
    var embedding = (EmbeddingSequenceLayer) network.getLayer(0).conf().getLayer();
    var lstm = (LSTM) network.getLayer(1).conf().getLayer();
    return new NetworkShape(
        Math.toIntExact(embedding.getNIn()),
        Math.toIntExact(embedding.getNOut()),
        Math.toIntExact(lstm.getNOut()),
        network.getnLayers() - 2,
        false);
  }

  /**
   * Training settings of the stock network that its configuration carries.
   *
   * @param learningRate of DL4J's AdaGrad
   * @param embeddingDropout probability in [0, 1) that a number of an item vector is dropped
   * @param hiddenDropout probability in [0, 1) that a number of the last LSTM layer's output is
   *     dropped
   * @param l1 weight of the absolute-value penalty
   * @param l2 weight of the squared penalty
   */
  public record Settings(
      double learningRate, double embeddingDropout, double hiddenDropout, double l1, double l2) {
    public static final Settings DEFAULTS = new Settings(0.05, 0, 0, 0, 0);
  }

  private static MultiLayerConfiguration configuration(
      NetworkShape shape, long seed, Settings settings) {
    var layers =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .updater(new AdaGrad(settings.learningRate()))
            .weightInit(WeightInit.XAVIER)
            .l1(settings.l1())
            .l2(settings.l2())
            .list();
    layers.layer(
        new EmbeddingSequenceLayer.Builder()
            .nIn(shape.vocabularySize())
            .nOut(shape.embedding())
            .hasBias(false)
            .activation(Activation.IDENTITY)
            .outputDataFormat(RNNFormat.NCW)
            .build());
    for (int i = 0; i < shape.layers(); i++) {
      LSTM.Builder lstm =
          new LSTM.Builder()
              .nIn(shape.inputOfLayer(i))
              .nOut(shape.hidden())
              .activation(Activation.TANH)
              .gateActivationFunction(Activation.SIGMOID);
      lstm.setRnnDataFormat(RNNFormat.NCW);
      layers.layer(dropped(lstm, i == 0 ? settings.embeddingDropout() : 0).build());
    }
    return layers
        .layer(
            dropped(
                    new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(shape.hidden())
                        .nOut(shape.vocabularySize())
                        .activation(Activation.SOFTMAX)
                        .dataFormat(RNNFormat.NCW),
                    settings.hiddenDropout())
                .build())
        .build();
  }

  /** DL4J states dropout as the probability to keep a number, on the input of a layer. */
  private static <B extends org.deeplearning4j.nn.conf.layers.Layer.Builder<B>> B dropped(
      B layer, double probability) {
    return probability > 0 ? layer.dropOut(new Dropout(1 - probability)) : layer;
  }
}
