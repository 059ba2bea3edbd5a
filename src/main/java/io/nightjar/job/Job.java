package io.nightjar.job;

import java.io.IOException;

/** One stage of the night. */
public interface Job {
  /** What the job is called on the command line. */
  String name();

  /**
   * Does the stage's work and publishes its tables.
   *
   * @return what it did: rows in and out, counts by reason, metrics, paths
   */
  JobReport run(JobContext context) throws IOException;
}
