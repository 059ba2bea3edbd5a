package io.nightjar.evaluation;

import io.nightjar.sessions.TestWindow;
import java.util.List;

/**
 * What was judged on one test window.
 *
 * @param models trained on what came before the window; at least one
 */
public record WindowMetrics(TestWindow window, List<ModelMetrics> models) {
  /** Copies the rows. */
  public WindowMetrics {
    models = List.copyOf(models);
  }

  /** Target positions judged. */
  public long cases() {
    return models.get(0).cases();
  }
}
