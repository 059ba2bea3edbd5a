package io.nightjar.training;

import static io.nightjar.training.Successors.ITEMS;
import static io.nightjar.training.Successors.TIED;
import static io.nightjar.training.Successors.sequences;
import static io.nightjar.training.Successors.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightjar.LocalSpark;
import io.nightjar.network.Adagrad;
import io.nightjar.network.Adam;
import io.nightjar.network.NetworkParameters;
import io.nightjar.network.NetworkShape;
import io.nightjar.network.Objective;
import io.nightjar.network.Optimizer;
import io.nightjar.network.SequenceEncoder;
import io.nightjar.network.StepSettings;
import io.nightjar.network.StockNetwork;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.dataset.DataSet;

class SparseAveragingTrainingMasterTest {

  @ParameterizedTest
  @CsvSource({"1, 3", "2, 3", "4, 1", "9, 5"})
  void learnsWhatFollowsWhatWithAnyNumberOfWorkers(int workers, int partitions) {
    MultiLayerNetwork network = train(settings(workers, 4, 0, 1), TIED, sequences(300), partitions);
    assertThat(shareOfSuccessorsFound(network, true)).isGreaterThan(0.95);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"adagrad", "adagrad-momentum", "adam", "block-momentum", "untied", "bpr-max"})
  void everyWayToTrainLearns(String way) {
    TrainingSettings base = settings(2, 4, way.equals("block-momentum") ? 0.5 : 0, 1);
    Optimizer optimizer =
        switch (way) {
          case "adam" -> new Adam(0.9, 0.99);
          case "adagrad-momentum" -> new Adagrad(0.3, 1e-6);
          default -> base.step().optimizer();
        };
    Objective objective =
        way.equals("bpr-max")
            ? new Objective(Objective.Loss.BPR_MAX, 20, 0.5, false, true, 0.1, 0.5)
            : base.step().objective();
    StepSettings step =
        new StepSettings(
            objective,
            base.step().regularization(),
            optimizer,
            base.step().lstmRate(),
            base.step().gradientSteps());
    TrainingSettings settings =
        new TrainingSettings(
            base.epochs(),
            base.batch(),
            step,
            LearningRateSchedule.constant(way.equals("adam") ? 0.02 : 0.1),
            base.workers(),
            base.averaging(),
            base.patience(),
            base.checkpointEveryRounds(),
            base.seed());
    NetworkShape shape =
        way.equals("untied") ? new NetworkShape(ITEMS + 1, 12, 16, 2, false) : TIED;
    MultiLayerNetwork network = train(settings, shape, sequences(400), 2);
    assertThat(shareOfSuccessorsFound(network, shape.tiedWeights())).isGreaterThan(0.9);
  }

  @Test
  void sameSeedGivesTheSameModelBitForBitEvenWhenTasksAreRetried() {
    TrainingSettings settings = settings(3, 2, 0.3, 1);
    MultiLayerNetwork once = train(settings, TIED, sequences(200), 4);
    MultiLayerNetwork again = train(settings, TIED, sequences(200), 2);
    assertThat(again.params()).isEqualTo(once.params());
  }

  @Test
  void optimizerStateSurvivesRounds() {
    MultiLayerNetwork oneRound = train(settings(1, 1000, 0, 0), TIED, sequences(100), 1);
    MultiLayerNetwork manyRounds = train(settings(1, 1, 0, 0), TIED, sequences(100), 1);
    assertThat(manyRounds.params()).isEqualTo(oneRound.params());
  }

  @Test
  void paddingIsNeverTrained() {
    MultiLayerNetwork before = StockNetwork.create(TIED, 1);
    MultiLayerNetwork after = train(settings(2, 4, 0, 1), TIED, sequences(200), 2);
    NetworkParameters old = NetworkParameters.from(before, true);
    NetworkParameters now = NetworkParameters.from(after, true);
    assertThat(Arrays.copyOf(now.outputRows(), 16)).isEqualTo(Arrays.copyOf(old.outputRows(), 16));
    assertThat(now.outputBias()[0]).isEqualTo(NetworkParameters.PADDING_BIAS);
  }

  @Test
  void aKilledTrainingResumesAndEndsWhereItWouldHaveEnded(@TempDir Path directory)
      throws Exception {
    TrainingSettings settings = settings(2, 2, 0.3, 2);
    MultiLayerNetwork undisturbed = train(settings, TIED, sequences(200), 2);

    AtomicInteger rounds = new AtomicInteger();
    SparseAveragingTrainingMaster killed =
        new SparseAveragingTrainingMaster(settings, true)
            .withCheckpoints(store(directory, "x"))
            .observedBy(
                new TrainingObserver() {
                  @Override
                  public void roundEnded(RoundReport report) {
                    if (rounds.incrementAndGet() == 12) {
                      throw new IllegalStateException("killed");
                    }
                  }
                });
    assertThatThrownBy(() -> fit(killed, StockNetwork.create(TIED, 1), sequences(200), 2))
        .hasMessage("killed");

    AtomicInteger resumedRounds = new AtomicInteger();
    SparseAveragingTrainingMaster resumed =
        new SparseAveragingTrainingMaster(settings, true)
            .withCheckpoints(store(directory, "x"))
            .observedBy(
                new TrainingObserver() {
                  @Override
                  public void roundEnded(RoundReport report) {
                    resumedRounds.incrementAndGet();
                  }
                });
    MultiLayerNetwork network = StockNetwork.create(TIED, 1);
    fit(resumed, network, sequences(200), 2);
    assertThat(network.params()).isEqualTo(undisturbed.params());
    assertThat(rounds.get() - 2 + resumedRounds.get()).isLessThanOrEqualTo(totalRounds(settings));
    assertThat(resumed.curve().epochs())
        .extracting(TrainingCurve.Epoch::epoch)
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
  }

  @Test
  void aDamagedCheckpointIsPassedOver(@TempDir Path directory) throws Exception {
    TrainingSettings settings = settings(1, 4, 0, 1);
    SparseAveragingTrainingMaster first =
        new SparseAveragingTrainingMaster(settings, true).withCheckpoints(store(directory, "x"));
    fit(first, StockNetwork.create(TIED, 1), sequences(100), 1);
    Path newest;
    try (var files = Files.list(directory)) {
      newest =
          files
              .filter(f -> f.getFileName().toString().startsWith("checkpoint"))
              .max(Path::compareTo)
              .orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(newest);
    Files.write(newest, Arrays.copyOf(bytes, bytes.length / 2));
    Files.deleteIfExists(directory.resolve("." + newest.getFileName() + ".crc"));
    AtomicInteger rounds = new AtomicInteger();
    SparseAveragingTrainingMaster second =
        new SparseAveragingTrainingMaster(settings, true)
            .withCheckpoints(store(directory, "x"))
            .observedBy(
                new TrainingObserver() {
                  @Override
                  public void roundEnded(RoundReport report) {
                    rounds.incrementAndGet();
                  }
                });
    fit(second, StockNetwork.create(TIED, 1), sequences(100), 1);
    assertThat(rounds.get()).isPositive();
  }

  @Test
  void theBestEpochIsKeptAndTrainingStopsWhenItGetsNoBetter() {
    List<Integer> epochs = new ArrayList<>();
    List<NetworkParameters> seen = new ArrayList<>();
    SparseAveragingTrainingMaster master =
        new SparseAveragingTrainingMaster(settings(2, 4, 0, 1), true)
            .observedBy(
                new TrainingObserver() {
                  @Override
                  public OptionalDouble epochEnded(EpochReport report, NetworkParameters p) {
                    epochs.add(report.epoch());
                    seen.add(p.copy());
                    return OptionalDouble.of(report.epoch() == 2 ? 1 : 0);
                  }
                });
    MultiLayerNetwork network = StockNetwork.create(TIED, 1);
    fit(master, network, sequences(100), 2);
    assertThat(epochs).containsExactly(1, 2, 3, 4);
    assertThat(NetworkParameters.from(network, true).outputRows())
        .isEqualTo(seen.get(1).outputRows());
  }

  @Test
  void aDivergingTrainingSaysWhereAndAtWhichRate() {
    TrainingSettings base = settings(1, 2, 0, 1);
    TrainingSettings settings =
        new TrainingSettings(
            3,
            base.batch(),
            base.step(),
            LearningRateSchedule.constant(1e20),
            1,
            base.averaging(),
            0,
            0,
            1);
    assertThatThrownBy(() -> train(settings, TIED, sequences(100), 1))
        .isInstanceOf(NonFiniteLossException.class)
        .hasMessageContaining("epoch 1")
        .hasMessageContaining("learning rate")
        .hasMessageContaining("no checkpoint");
  }

  @Test
  void anItemThatIsOnlyReadFarBeforeWhatIsLearnedStaysAsItIs() {
    SequenceBlock block = new SequenceBlock();
    for (int s = 0; s < 64; s++) {
      int[] sequence = new int[140];
      Arrays.fill(sequence, 0, 100, ITEMS);
      for (int t = 100; t < sequence.length; t++) {
        sequence[t] = 1 + t % (ITEMS - 1);
      }
      block.add(sequence, 130);
    }
    long[] counts = new long[ITEMS + 1];
    Arrays.fill(counts, 1, ITEMS, 1);
    MultiLayerNetwork network = StockNetwork.create(TIED, 1);
    NetworkParameters old = NetworkParameters.from(network, true);
    new SparkDl4jMultiLayer(
            spark(),
            network,
            new SparseAveragingTrainingMaster(settings(2, 4, 0, 0), true).withItemCounts(counts))
        .fit(spark().parallelize(List.of(block), 1).mapPartitions(SequenceBatches::encodeBlocks));
    NetworkParameters now = NetworkParameters.from(network, true);
    assertThat(now.isFinite()).isTrue();
    assertThat(Arrays.copyOfRange(now.outputRows(), 16 * ITEMS, 16 * ITEMS + 16))
        .isEqualTo(Arrays.copyOfRange(old.outputRows(), 16 * ITEMS, 16 * ITEMS + 16));
    assertThat(now.outputRows()).isNotEqualTo(old.outputRows());
  }

  @Test
  void anEmptyTrainingLeavesTheNetworkAsItWas() {
    MultiLayerNetwork network = StockNetwork.create(TIED, 1);
    SparseAveragingTrainingMaster master =
        new SparseAveragingTrainingMaster(settings(2, 4, 0, 1), true)
            .withItemCounts(new long[] {0, 1, 1});
    assertThat(network.params().sumNumber().doubleValue()).isNotNaN();
    var before = network.params().dup();
    new SparkDl4jMultiLayer(spark(), network, master).fit(spark().<DataSet>emptyRDD());
    assertThat(network.params()).isEqualTo(before);
  }

  @Test
  void memoryOfBroadcastsAndCachesIsGivenBack() {
    var before = List.copyOf(spark().getPersistentRDDs().keySet());
    train(settings(2, 2, 0, 1), TIED, sequences(200), 2);
    assertThat(before).containsAll(spark().getPersistentRDDs().keySet());
  }

  private static int totalRounds(TrainingSettings settings) {
    int batches = (int) Math.ceil(200.0 / settings.batch() / settings.workers());
    return settings.epochs() * new RoundPlan(batches, settings.averaging()).rounds(0);
  }

  private static CheckpointStore store(Path directory, String fingerprint) throws Exception {
    return new CheckpointStore(
        FileSystem.getLocal(new Configuration()),
        new org.apache.hadoop.fs.Path(directory.toUri()),
        fingerprint);
  }

  private static double shareOfSuccessorsFound(MultiLayerNetwork network, boolean tied) {
    SequenceEncoder encoder = new SequenceEncoder(NetworkParameters.from(network, tied));
    int hidden = encoder.hidden();
    int found = 0;
    try (SequenceEncoder.Workspace workspace = encoder.workspace()) {
      for (int item = 1; item <= ITEMS; item++) {
        float[] state = workspace.lastStates(new int[][] {{item}});
        int best = 0;
        float bestScore = Float.NEGATIVE_INFINITY;
        for (int candidate = 1; candidate <= ITEMS; candidate++) {
          float score = encoder.outputBias()[candidate];
          for (int i = 0; i < hidden; i++) {
            score += state[i] * encoder.outputRows()[candidate * hidden + i];
          }
          if (score > bestScore) {
            bestScore = score;
            best = candidate;
          }
        }
        found += best == 1 + item % ITEMS ? 1 : 0;
      }
    }
    return (double) found / ITEMS;
  }

  private static MultiLayerNetwork train(
      TrainingSettings settings, NetworkShape shape, List<int[]> sequences, int partitions) {
    MultiLayerNetwork network = StockNetwork.create(shape, 1);
    fit(
        new SparseAveragingTrainingMaster(settings, shape.tiedWeights()),
        network,
        sequences,
        partitions);
    return network;
  }

  private static void fit(
      SparseAveragingTrainingMaster master,
      MultiLayerNetwork network,
      List<int[]> sequences,
      int partitions) {
    Successors.fit(spark(), master, network, sequences, partitions);
  }

  private static JavaSparkContext spark() {
    return JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
  }
}
