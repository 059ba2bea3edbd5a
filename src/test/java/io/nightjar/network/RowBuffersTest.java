package io.nightjar.network;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RowBuffersTest {

  @Test
  void whatIsGivenBackIsHandedOutAgain() {
    RowBuffers buffers = new RowBuffers();
    float[] first = buffers.take(100);
    buffers.giveBack(first);

    assertThat(buffers.take(80)).isSameAs(first);
    assertThat(buffers.take(80)).isNotSameAs(first).hasSize(80);
  }

  @Test
  void roundsThatNeedALittleMoreEachTimeDoNotPileUpWhatTheOnesBeforeNeeded() {
    RowBuffers buffers = new RowBuffers();
    int length = 0;
    for (int round = 1; round <= 1_000; round++) {
      length = 10_000 + round;
      float[] weights = buffers.take(length);
      float[] state = buffers.take(length);
      buffers.giveBack(weights);
      buffers.giveBack(state);
    }

    assertThat(buffers.keptNumbers()).isLessThanOrEqualTo(2L * length);
  }
}
