package io.nightjar.config;

/** How tables are written. */
public record PublishConfig(int files) {

  static PublishConfig from(Section section) {
    return new PublishConfig(section.count("files", 1, 100_000));
  }
}
