package io.nightjar.config;

import io.nightjar.config.BaselinesConfig.Baseline;
import java.util.List;

/**
 * The blend of the LSTM and the baselines.
 *
 * @param models baselines that may have a say
 * @param cases validation cases that weights are fitted on, at most
 */
public record BlendConfig(boolean enabled, List<Baseline> models, int cases) {

  static BlendConfig from(Section section) {
    return new BlendConfig(
        section.flag("enabled"),
        section.choices("models", Baseline.class),
        section.count("cases", 1, 10_000_000));
  }
}
