package io.nightjar.publish;

import java.io.IOException;
import java.time.LocalDate;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes old dates of a table. The newest date stays however old it is. */
final class Retention {
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
  private static final String DATE = "dt";

  private final Warehouse warehouse;
  private final int days;

  /**
   * @param days dates older than this many days are removed; 0: none
   */
  Retention(Warehouse warehouse, int days) {
    this.warehouse = warehouse;
    this.days = days;
  }

  /** Removes what is too old on the day of a partition that was just published. */
  void apply(String table, String key, String published) throws IOException {
    if (days == 0 || !key.equals(DATE)) {
      return;
    }
    String oldestKept = LocalDate.parse(published).minusDays(days).toString();
    List<String> dates = warehouse.partitions(table, DATE);
    FileSystem fileSystem = warehouse.fileSystem();
    for (String date : dates.subList(0, dates.size() - 1)) {
      if (date.compareTo(oldestKept) < 0) {
        LOG.info("{}: {} is older than {} days, removed", table, date, days);
        // Out of sight in one step: a date that goes file by file would be a partial one.
        Path retired = new Path(warehouse.unpublished(), table + "-retired-" + date);
        fileSystem.mkdirs(retired.getParent());
        if (!fileSystem.rename(warehouse.partition(table, DATE, date), retired)) {
          throw new IOException("Cannot remove " + table + " of " + date + ".");
        }
        fileSystem.delete(retired, true);
      }
    }
  }
}
