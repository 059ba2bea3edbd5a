package io.nightjar.job;

import static org.apache.spark.sql.functions.col;

import io.nightjar.clicks.DemoLog;
import io.nightjar.config.GenerateConfig;
import java.io.IOException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Makes a demo click log: gzipped csv under {@code generate.path/dt=YYYY-MM-DD}. Replaces the days
 * that it makes, and leaves others as they are.
 */
public final class GenerateJob implements Job {
  @Override
  public String name() {
    return "generate";
  }

  @Override
  public JobReport run(JobContext context) throws IOException {
    GenerateConfig generate = context.config().generate();
    Dataset<Row> records =
        new DemoLog(generate, context.config().seed()).generate(context.spark(), context.date());

    records
        .repartition(col("dt"))
        .sortWithinPartitions("dt", "timestamp", "user_id", "item_id", "event")
        .write()
        .mode("overwrite")
        .option("partitionOverwriteMode", "dynamic")
        .option("header", true)
        .option("compression", "gzip")
        .option("nullValue", "")
        .option("emptyValue", "")
        .partitionBy("dt")
        .csv(generate.path());

    long written = context.spark().read().option("header", true).csv(generate.path()).count();
    return JobReport.empty()
        .with("rows_out", written)
        .with("days", generate.days())
        .with("path", new Path(generate.path()));
  }
}
