package io.nightjar.job;

import io.nightjar.clicks.ClickCleaner;
import io.nightjar.clicks.FileLedger;
import io.nightjar.clicks.InputException;
import io.nightjar.clicks.LogFiles;
import io.nightjar.clicks.Pseudonyms;
import io.nightjar.config.InputConfig;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;

/**
 * What a night has to read.
 *
 * @param files those that no other night has read, or all of them where the input is not
 *     incremental
 * @param before the night that this one goes on from
 * @param lateBefore microseconds; events from before come too late for this night
 * @param openFrom microseconds; events from then on may still come in the next night
 * @param pseudonyms null: ids stay as they are
 */
record NightInput(
    InputConfig input,
    List<FileStatus> files,
    Optional<String> before,
    long lateBefore,
    long openFrom,
    Pseudonyms pseudonyms) {
  private static final long MICROS_PER_SECOND = 1_000_000;

  /** The files of {@code input.paths} that this night is for. */
  static NightInput find(JobContext context) throws IOException {
    InputConfig input = context.config().input();
    List<FileStatus> found =
        new LogFiles(context.spark().sessionState().newHadoopConf())
            .find("nightjar.input.paths", input.paths());
    if (!input.incremental()) {
      return whole(context, input, found);
    }
    FileLedger ledger = new FileLedger(context.warehouse(), context.documents());
    List<FileStatus> unread = ledger.unread(found, context.dt());
    if (unread.isEmpty()) {
      throw new InputException(
          "nightjar.input.paths has no new file for "
              + context.dt()
              + ": other nights have read all "
              + found.size()
              + " of them. Expected the night's log; to read all files every night, set"
              + " nightjar.input.incremental = false.");
    }
    Duration lateness = context.config().sessions().allowedLateness();
    Optional<String> before = ledger.nightBefore(context.dt());
    return new NightInput(
        input,
        unread,
        before,
        before.map(dt -> end(LocalDate.parse(dt), lateness)).orElse(Long.MIN_VALUE),
        end(context.date(), lateness),
        pseudonyms(context, input));
  }

  /** All of these files, and no other night. */
  static NightInput whole(JobContext context, InputConfig input, List<FileStatus> files) {
    return new NightInput(
        input, files, Optional.empty(), Long.MIN_VALUE, Long.MAX_VALUE, pseudonyms(context, input));
  }

  /** What judges the night's records. */
  ClickCleaner cleaner(JobContext context) throws IOException {
    return new ClickCleaner(
        input, context.date(), lateBefore, ForgottenUsersDocument.read(context), pseudonyms);
  }

  private static Pseudonyms pseudonyms(JobContext context, InputConfig input) {
    return Pseudonyms.read(
        input.pseudonymKeyFile(), context.spark().sparkContext().hadoopConfiguration());
  }

  /** Where lateness starts: the end of the day, less what may be late. */
  private static long end(LocalDate day, Duration lateness) {
    return day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant().minus(lateness).getEpochSecond()
        * MICROS_PER_SECOND;
  }
}
