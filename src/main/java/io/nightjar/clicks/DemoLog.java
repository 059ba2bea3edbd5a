package io.nightjar.clicks;

import io.nightjar.config.GenerateConfig;
import java.io.Serializable;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A shop's click log, made up. Users have tastes over categories; a session stays in one category
 * and browses its items from cheap to dear or back, starting at a Zipf-popular one, now and then
 * jumping; days are busy and nights quiet. Some records are dirt: duplicates, missing ids,
 * unparsable times, events from the future, and one bot. Every user's day has a random stream of
 * its own, so the same seed gives the same log on any cluster.
 */
public final class DemoLog implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final StructType SCHEMA =
      new StructType()
          .add("user_id", DataTypes.StringType)
          .add("item_id", DataTypes.StringType)
          .add("timestamp", DataTypes.StringType)
          .add("event", DataTypes.StringType)
          .add("dt", DataTypes.StringType);

  private static final String BOT = "bot-1";
  private static final int BOT_CLICKS = 3_000;
  private static final int BOT_PAUSE_SECONDS = 7;
  private static final double STEP_PROBABILITY = 0.7;
  private static final double ZIPF_EXPONENT = 1.0;
  private static final double CART_SHARE = 0.08;
  private static final double FAVOURITE_CATEGORY_SHARE = 0.7;
  private static final int FAVOURITE_CATEGORIES = 3;
  private static final int MEAN_SECONDS_BETWEEN_CLICKS = 45;
  private static final int SECONDS_PER_DAY = 86_400;

  private final GenerateConfig generate;
  private final long seed;

  public DemoLog(GenerateConfig generate, long seed) {
    this.generate = generate;
    this.seed = seed;
  }

  /**
   * The log of the days that end with {@code lastDay}.
   *
   * @return {@code user_id, item_id, timestamp} (epoch seconds as text), {@code event, dt}
   */
  public Dataset<Row> generate(SparkSession spark, LocalDate lastDay) {
    LocalDate firstDay = lastDay.minusDays(generate.days() - 1L);
    FlatMapFunction<Long, Row> days = user -> daysOf(user, firstDay);
    Dataset<Row> users =
        spark.range(generate.users()).as(Encoders.LONG()).flatMap(days, Encoders.row(SCHEMA));
    return users.union(spark.createDataFrame(bot(lastDay), SCHEMA));
  }

  private Iterator<Row> daysOf(long user, LocalDate firstDay) {
    List<Row> records = new ArrayList<>();
    int[] favourites =
        new SplittableRandom(mix(user, -1))
            .ints(FAVOURITE_CATEGORIES, 0, generate.categories())
            .toArray();
    for (int day = 0; day < generate.days(); day++) {
      SplittableRandom random = new SplittableRandom(mix(user, day));
      LocalDate date = firstDay.plusDays(day);
      for (int sessions = poisson(generate.sessionsPerDay(), random); sessions > 0; sessions--) {
        addSession("u" + user, favourites, date, random, records);
      }
    }
    return records.iterator();
  }

  private void addSession(
      String user, int[] favourites, LocalDate date, SplittableRandom random, List<Row> records) {
    int category =
        random.nextDouble() < FAVOURITE_CATEGORY_SHARE
            ? favourites[random.nextInt(favourites.length)]
            : random.nextInt(generate.categories());
    int shelf = Math.max(1, generate.items() / generate.categories());
    int direction = random.nextBoolean() ? 1 : -1;
    int place = zipf(shelf, random);
    double second = secondOfDay(random);
    int clicks = 1 + poisson(generate.clicksPerSession() - 1, random);
    for (int click = 0; click < clicks && second < SECONDS_PER_DAY; click++) {
      String item = "i" + (category * shelf + place);
      String event = random.nextDouble() < CART_SHARE ? "cart" : "view";
      addRecord(user, item, date, (long) second, event, random, records);
      boolean steps = random.nextDouble() < STEP_PROBABILITY;
      place = steps ? Math.floorMod(place + direction, shelf) : zipf(shelf, random);
      second += 1 - MEAN_SECONDS_BETWEEN_CLICKS * Math.log(1 - random.nextDouble());
    }
  }

  private void addRecord(
      String user,
      String item,
      LocalDate date,
      long second,
      String event,
      SplittableRandom random,
      List<Row> records) {
    String dt = date.toString();
    long time = date.atStartOfDay().toEpochSecond(ZoneOffset.UTC) + second;
    if (random.nextDouble() >= generate.dirt()) {
      records.add(RowFactory.create(user, item, Long.toString(time), event, dt));
      return;
    }
    switch (random.nextInt(5)) {
      case 0 -> records.add(RowFactory.create(null, item, Long.toString(time), event, dt));
      case 1 -> records.add(RowFactory.create(user, null, Long.toString(time), event, dt));
      case 2 -> records.add(RowFactory.create(user, item, "n/a", event, dt));
      case 3 -> {
        String nextYear = Long.toString(time + 365L * SECONDS_PER_DAY);
        records.add(RowFactory.create(user, item, nextYear, event, dt));
      }
      default -> {
        Row record = RowFactory.create(user, item, Long.toString(time), event, dt);
        records.add(record);
        records.add(record);
      }
    }
  }

  /** A crawler that walks the whole catalogue on the last day. */
  private List<Row> bot(LocalDate day) {
    long start = day.atStartOfDay().toEpochSecond(ZoneOffset.UTC);
    List<Row> records = new ArrayList<>(BOT_CLICKS);
    for (int click = 0; click < BOT_CLICKS; click++) {
      String time = Long.toString(start + (long) click * BOT_PAUSE_SECONDS);
      String item = "i" + click % generate.items();
      records.add(RowFactory.create(BOT, item, time, "view", day.toString()));
    }
    return records;
  }

  /** Two of three draws follow a day that is busiest in the evening; the rest are spread evenly. */
  private static double secondOfDay(SplittableRandom random) {
    double even = random.nextDouble();
    double busy = 0.35 + 0.6 * Math.max(random.nextDouble(), random.nextDouble());
    return SECONDS_PER_DAY * (random.nextInt(3) == 0 ? even : busy);
  }

  /** A rank from 0 with probability falling as 1 / (rank + 1). */
  private static int zipf(int ranks, SplittableRandom random) {
    double total = 0;
    for (int rank = 0; rank < ranks; rank++) {
      total += Math.pow(rank + 1, -ZIPF_EXPONENT);
    }
    double left = random.nextDouble() * total;
    for (int rank = 0; rank < ranks; rank++) {
      left -= Math.pow(rank + 1, -ZIPF_EXPONENT);
      if (left < 0) {
        return rank;
      }
    }
    return ranks - 1;
  }

  /** Knuth's product of uniforms. */
  private static int poisson(double mean, SplittableRandom random) {
    double threshold = Math.exp(-mean);
    double product = random.nextDouble();
    int count = 0;
    while (product > threshold) {
      product *= random.nextDouble();
      count++;
    }
    return count;
  }

  private long mix(long user, long day) {
    return new SplittableRandom(seed ^ (user * 0x9E3779B97F4A7C15L) ^ (day * 0xC2B2AE3D27D4EB4FL))
        .nextLong();
  }
}
