package io.nightjar.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nightjar.LocalSpark;
import io.nightjar.clicks.InputException;
import io.nightjar.config.SplitConfig;
import io.nightjar.config.SplitStrategy;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class SequenceSplitTest {
  private static final StructType SEQUENCES =
      new StructType()
          .add("user_id", DataTypes.StringType)
          .add("items", DataTypes.createArrayType(DataTypes.StringType))
          .add("times", DataTypes.createArrayType(DataTypes.TimestampType));

  /** One user, an event every six hours from the first day's midnight on, ten in all. */
  private static final Dataset<Row> EVERY_SIX_HOURS =
      sequence(0, 6, 12, 18, 24, 30, 36, 42, 48, 54);

  @Test
  void theTestPartIsTheNewestDayAndTheValidationPartTheHoursBeforeIt() {
    SequenceSplit split =
        SequenceSplit.of(EVERY_SIX_HOURS, byTime(Duration.ofHours(8)), EVERY_SIX_HOURS.limit(0));

    // The newest day begins at hour 48; hours 40 to 48 hold the event of hour 42.
    assertThat(part(split.train())).isEqualTo("h0 h6 h12 h18 h24 h30 h36 from 1");
    assertThat(part(split.validation())).isEqualTo("h0 h6 h12 h18 h24 h30 h36 h42 from 7");
    assertThat(part(split.test())).isEqualTo("h0 h6 h12 h18 h24 h30 h36 h42 h48 h54 from 8");
  }

  @Test
  void withoutAValidationPartTrainingGoesUpToTheTestPart() {
    SplitConfig hours = byTime(Duration.ofHours(8));
    SequenceSplit split =
        SequenceSplit.of(EVERY_SIX_HOURS, hours.withoutValidation(), EVERY_SIX_HOURS.limit(0));

    assertThat(part(split.train())).isEqualTo("h0 h6 h12 h18 h24 h30 h36 h42 from 1");
    assertThat(split.validation().isEmpty()).isTrue();
  }

  @Test
  void theLastItemIsTheTestAndTheOneBeforeTheValidationPart() {
    Dataset<Row> four = sequence(0, 1, 2, 3);
    SequenceSplit split =
        SequenceSplit.of(
            four,
            new SplitConfig(SplitStrategy.LEAVE_ONE_OUT, 1, 2, Duration.ZERO, List.of()),
            four.limit(0));

    assertThat(part(split.train())).isEqualTo("h0 h1 from 1");
    assertThat(part(split.validation())).isEqualTo("h0 h1 h2 from 2");
    assertThat(part(split.test())).isEqualTo("h0 h1 h2 h3 from 3");
  }

  @Test
  void windowsFollowEachOtherUpToTheEndOfTheLog() {
    List<TestWindow> windows = TestWindow.of(EVERY_SIX_HOURS, sliding(2, Duration.ofHours(8)));

    assertThat(windows).extracting(TestWindow::days).containsExactly("2026-03-15", "2026-03-16");
    assertThat(windows.get(1).from()).isEqualTo(windows.get(0).until());
    assertThat(windows.get(1).until()).isEqualTo("2026-03-17T00:00:00Z");
  }

  @Test
  void anEarlierWindowSeesNothingFromItsEndOnAndTrainsOnNothingOfIt() {
    TestWindow earlier = TestWindow.of(EVERY_SIX_HOURS, sliding(2, Duration.ofHours(8))).get(0);

    SequenceSplit split = SequenceSplit.of(EVERY_SIX_HOURS, earlier, Duration.ofHours(8));
    SequenceSplit refit = SequenceSplit.of(EVERY_SIX_HOURS, earlier, Duration.ZERO);

    // The window is hours 24 to 48.
    assertThat(part(split.train())).isEqualTo("h0 h6 h12 from 1");
    assertThat(part(split.validation())).isEqualTo("h0 h6 h12 h18 from 3");
    assertThat(part(split.test())).isEqualTo("h0 h6 h12 h18 h24 h30 h36 h42 from 4");
    assertThat(part(refit.train())).isEqualTo("h0 h6 h12 h18 from 1");
  }

  @Test
  void theNewestWindowIsThePartThatStrategyTimeHoldsOut() {
    Duration hours = Duration.ofHours(8);
    SequenceSplit sliding =
        SequenceSplit.of(EVERY_SIX_HOURS, sliding(2, hours), EVERY_SIX_HOURS.limit(0));
    SequenceSplit time = SequenceSplit.of(EVERY_SIX_HOURS, byTime(hours), EVERY_SIX_HOURS.limit(0));

    assertThat(part(sliding.train())).isEqualTo(part(time.train()));
    assertThat(part(sliding.validation())).isEqualTo(part(time.validation()));
    assertThat(part(sliding.test())).isEqualTo(part(time.test()));
  }

  @Test
  void windowsThatLeaveNothingToTrainOnAreRefusedWithTheNumbers() {
    assertThatThrownBy(() -> TestWindow.of(EVERY_SIX_HOURS, sliding(2, Duration.ofHours(24))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("windows = 2")
        .hasMessageContaining("24 hours of validation")
        .hasMessageContaining("reach back to 2026-03-14T00:00:00Z")
        .hasMessageContaining("begin at 2026-03-14T00:00:00Z");
  }

  private static SplitConfig sliding(int windows, Duration validation) {
    return new SplitConfig(SplitStrategy.SLIDING, 1, windows, validation, List.of());
  }

  private static SplitConfig byTime(Duration validation) {
    return new SplitConfig(SplitStrategy.TIME, 1, 2, validation, List.of());
  }

  private static Dataset<Row> sequence(int... hours) {
    Instant midnight = Instant.parse("2026-03-14T00:00:00Z");
    Object items = Arrays.stream(hours).mapToObj(hour -> "h" + hour).toList();
    Object times =
        Arrays.stream(hours)
            .mapToObj(hour -> Timestamp.from(midnight.plus(Duration.ofHours(hour))))
            .toList();
    return LocalSpark.session()
        .createDataFrame(List.of(RowFactory.create("u", items, times)), SEQUENCES);
  }

  private static String part(Dataset<Row> part) {
    Row row = part.select("items", "first_target").first();
    return String.join(" ", row.<String>getList(0)) + " from " + row.getInt(1);
  }
}
