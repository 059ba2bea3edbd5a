package io.nightjar.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nightjar.ForkedJvm;
import io.nightjar.network.NetworkParameters;
import io.nightjar.network.SequenceEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What other programs can do with a trained model. */
class PlainDl4jIT {
  @TempDir Path directory;

  @Test
  void aTrainedModelScoresTheSameInAProgramThatHasDl4jAndNoNightjar() throws Exception {
    MultiLayerNetwork network = Successors.trained(4);
    Path zip = directory.resolve("model.zip");
    ModelSerializer.writeModel(network, zip.toFile(), false);
    int[] history = {3, 4, 9};

    Path source = Path.of(getClass().getResource("/plain-dl4j/Scores.java").toURI());
    List<String> program = new ArrayList<>(List.of(source.toString(), zip.toString()));
    Arrays.stream(history).mapToObj(Integer::toString).forEach(program::add);
    List<String> output =
        ForkedJvm.run(
            entry ->
                !Files.isDirectory(entry) && !entry.getFileName().toString().startsWith("nightjar"),
            Map.of("OMP_NUM_THREADS", "1"),
            program,
            directory.resolve("log.txt"));

    float[] dl4j = numbers(output.get(output.size() - 1));
    float[] nightjar = softmaxOfScores(network, history);
    assertThat(dl4j).hasSameSizeAs(nightjar);
    for (int item = 0; item < dl4j.length; item++) {
      assertThat(dl4j[item]).as("item " + item).isCloseTo(nightjar[item], within(1e-4f));
    }
  }

  private static float[] numbers(String list) {
    String[] parts = list.substring(1, list.length() - 1).split(", ", -1);
    float[] numbers = new float[parts.length];
    for (int i = 0; i < parts.length; i++) {
      numbers[i] = Float.parseFloat(parts[i]);
    }
    return numbers;
  }

  private static float[] softmaxOfScores(MultiLayerNetwork network, int[] history) {
    SequenceEncoder encoder = new SequenceEncoder(NetworkParameters.from(network, true));
    float[] scores = encoder.outputBias().clone();
    try (SequenceEncoder.Workspace workspace = encoder.workspace()) {
      float[] state = workspace.lastStates(new int[][] {history});
      double sum = 0;
      for (int item = 0; item < scores.length; item++) {
        for (int i = 0; i < encoder.hidden(); i++) {
          scores[item] += state[i] * encoder.outputRows()[item * encoder.hidden() + i];
        }
        sum += Math.exp(scores[item]);
      }
      for (int item = 0; item < scores.length; item++) {
        scores[item] = (float) (Math.exp(scores[item]) / sum);
      }
    }
    return scores;
  }
}
