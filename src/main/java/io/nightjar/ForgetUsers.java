package io.nightjar;

import io.nightjar.job.ForgetUsersJob;
import io.nightjar.job.Job;
import java.io.PrintStream;
import java.time.Clock;
import picocli.CommandLine.Option;

/** forget-users has a file of users besides. */
final class ForgetUsers extends Subcommand {
  @Option(
      names = "--users",
      paramLabel = "FILE",
      required = true,
      description = "The ids of the users to forget, one per line, as the logs have them.")
  private String users;

  ForgetUsers(Clock clock, PrintStream out) {
    super(new ForgetUsersJob(""), "Removes users from every table.", clock, out);
  }

  @Override
  Job job() {
    return new ForgetUsersJob(users);
  }
}
