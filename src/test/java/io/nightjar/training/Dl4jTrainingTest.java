package io.nightjar.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightjar.LocalSpark;
import io.nightjar.config.ConfigLoader;
import io.nightjar.network.NetworkShape;
import io.nightjar.network.StockNetwork;
import java.time.Clock;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;

class Dl4jTrainingTest {
  private static final NetworkShape SHAPE = new NetworkShape(12, 8, 8, 1, false);
  private final JavaSparkContext spark =
      JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());

  /** Every item is followed by the next one around a circle. */
  private final JavaRDD<int[]> sequences =
      spark.parallelize(
          IntStream.range(0, 64)
              .mapToObj(s -> IntStream.range(s, s + 2 + s % 4).map(i -> 1 + i % 11).toArray())
              .toList(),
          2);

  @Test
  void oneSeedGivesOneModel() {
    assertThat(train(7).params()).isEqualTo(train(7).params());
    assertThat(train(8).params()).isNotEqualTo(train(7).params());
  }

  @Test
  void trainingLowersTheLoss() {
    MultiLayerNetwork network = network(7);
    TrainingCurve curve = training(8).train(network, sequences, SHAPE.vocabularySize(), 2);

    assertThat(curve.epochs()).hasSize(8);
    assertThat(curve.epochs().get(7).loss()).isLessThan(0.7 * curve.epochs().get(0).loss());
    long targets = IntStream.range(0, 64).mapToLong(s -> 1 + s % 4).sum();
    assertThat(curve.epochs()).allSatisfy(epoch -> assertThat(epoch.events()).isEqualTo(targets));
  }

  @Test
  void everyEventButTheFirstIsATargetAndPaddingIsMasked() {
    Iterator<DataSet> batches =
        new OneHotBatches(5, 2)
            .of(List.of(new int[] {1, 2, 3}, new int[] {4, 1}, new int[] {2, 2}).iterator());

    DataSet first = batches.next();
    assertThat(first.getFeatures().toFloatMatrix()).isDeepEqualTo(new float[][] {{1, 2}, {4, 0}});
    assertThat(first.getLabelsMaskArray().toFloatMatrix())
        .isDeepEqualTo(new float[][] {{1, 1}, {1, 0}});
    assertThat(first.getLabels().getFloat(0, 2, 0)).isEqualTo(1);
    assertThat(first.getLabels().getFloat(0, 3, 1)).isEqualTo(1);
    assertThat(first.getLabels().getFloat(1, 1, 0)).isEqualTo(1);
    assertThat(first.getLabels().sumNumber().intValue()).isEqualTo(3);
    assertThat(batches.next().numExamples()).isEqualTo(1);
    assertThat(batches.hasNext()).isFalse();
  }

  @Test
  void longSequencesAreCutSoThatEveryItemButTheFirstIsATargetOnce() {
    int[] items = IntStream.rangeClosed(1, 8).toArray();

    assertThat(TrainingSequences.pieces(items, 3))
        .containsExactly(new int[] {1, 2, 3, 4}, new int[] {4, 5, 6, 7}, new int[] {7, 8});
    assertThat(TrainingSequences.pieces(new int[] {1}, 3)).isEmpty();
  }

  @Test
  void aLossThatIsNoNumberStopsTrainingAndNamesTheLearningRate() {
    TrainingSettings wild = config("training.learning-rate=1000", "training.epochs=1");
    Dl4jTraining training = new Dl4jTraining(spark, wild, 7, Clock.systemUTC());
    MultiLayerNetwork broken = network(7);
    broken.params().putScalar(0, Float.NaN);

    assertThatThrownBy(() -> training.train(broken, sequences, SHAPE.vocabularySize(), 2))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("nightjar.training.learning-rate = 1000");
  }

  private MultiLayerNetwork train(long seed) {
    MultiLayerNetwork network = network(seed);
    new Dl4jTraining(spark, config("training.epochs=2"), seed, Clock.systemUTC())
        .train(network, sequences, SHAPE.vocabularySize(), 2);
    return network;
  }

  private Dl4jTraining training(int epochs) {
    return new Dl4jTraining(spark, config("training.epochs=" + epochs), 7, Clock.systemUTC());
  }

  private static MultiLayerNetwork network(long seed) {
    return StockNetwork.create(SHAPE, seed, new StockNetwork.Settings(0.1, 0.1, 0.1, 0, 0));
  }

  private static TrainingSettings config(String... options) {
    return ConfigLoader.load(
            Optional.empty(),
            Stream.concat(
                    List.of(options).stream(),
                    List.of("training.batch=8", "training.averaging-frequency=2").stream())
                .toList())
        .training()
        .settings();
  }
}
