package io.nightjar.config;

import java.io.Serializable;

/** What each user gets. */
public record RecommendConfig(int k, boolean excludeSeen) implements Serializable {
  private static final long serialVersionUID = 1L;

  static RecommendConfig from(Section section) {
    return new RecommendConfig(section.count("k", 1, 10_000), section.flag("exclude-seen"));
  }
}
