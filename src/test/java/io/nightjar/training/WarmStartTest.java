package io.nightjar.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightjar.network.Adagrad;
import io.nightjar.network.NetworkParameters;
import io.nightjar.network.NetworkShape;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WarmStartTest {

  private static final NetworkShape SHAPE = new NetworkShape(4, 2, 2, 1, true);

  @Test
  void knownItemsKeepWhatTheyLearnedAndNewOnesStartFromTheirCompanions() {
    TrainingState previous = previous();
    TrainingState grown =
        WarmStart.grow(previous, 7, Map.of(4, new int[] {1, 3, 3, 3}, 5, new int[] {6}));
    float[] rows = grown.parameters().outputRows();
    assertThat(Arrays.copyOf(rows, 8)).isEqualTo(previous.parameters().outputRows());
    assertThat(rows[8]).isEqualTo((rows[2] + 3 * rows[6]) / 4);
    assertThat(rows[10]).isEqualTo((rows[2] + rows[4] + rows[6]) / 3);
    assertThat(rows[12]).isEqualTo(rows[10]);
    assertThat(grown.optimizer().outputRows()).startsWith(previous.optimizer().outputRows());
    assertThat(grown.optimizer().outputRows()[4 * 3]).isZero();
    assertThat(grown.parameters().outputBias()[0]).isEqualTo(NetworkParameters.PADDING_BIAS);
  }

  @Test
  void aVocabularyThatLostItemsIsRefused() {
    assertThatThrownBy(() -> WarmStart.grow(previous(), 3, Map.of()))
        .hasMessageContaining("knows 3 items, the new vocabulary only 2");
  }

  private static TrainingState previous() {
    NetworkParameters parameters = NetworkParameters.initial(SHAPE, 1);
    for (int i = 0; i < 8; i++) {
      parameters.outputRows()[i] = i;
    }
    TrainingState state = TrainingState.fresh(parameters, new Adagrad(0, 1e-6));
    Arrays.fill(state.optimizer().outputRows(), 0.5f);
    return state;
  }
}
