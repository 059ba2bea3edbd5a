package io.nightjar.clicks;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightjar.config.ConfigLoader;
import io.nightjar.config.InputConfig;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClickCleanerTest {
  private static final String HEADER = "user_id,item_id,timestamp,event,agent";

  private static ClickCleaner.Judged judge(String line, String... settings) {
    return judgeIn(HEADER, line, settings);
  }

  private static ClickCleaner.Judged judgeIn(String header, String line, String... settings) {
    List<String> all = new ArrayList<>(List.of("input.columns.event=event"));
    all.addAll(List.of(settings));
    InputConfig input = ConfigLoader.load(Optional.empty(), all).input();
    ClickCleaner cleaner =
        new ClickCleaner(
            input,
            LocalDate.parse("2026-11-20"),
            1_700_000_000L * 1_000_000,
            ForgottenUsers.none().and(List.of("gone")),
            null);
    return cleaner.judge(RecordParser.of(input, header).parse(line));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          u,a,1790000000,view,x      | CLICK
          ' ',a,1790000000,view,x    | MISSING_USER
          u,,1790000000,view,x       | MISSING_ITEM
          u,a,noon,view,x            | UNPARSABLE_TIME
          u,a,,view,x                | UNPARSABLE_TIME
          u,a,-5,view,x              | TIME_TOO_EARLY
          u,a,4102444800,view,x      | TIME_IN_FUTURE
          u,a,1600000000,view,x      | LATE
          u,a,1790000000,ping,x      | EVENT_TYPE
          u,a,1790000000,view,GoogleBot/2 | CRAWLER
          test-7,a,1790000000,view,x | TEST_USER
          gone,a,1790000000,view,x   | FORGOTTEN_USER
          u,bad,1790000000,view,x    | BLOCKED_ITEM
          u,a,1790000000,search,x    | CLICK
          """)
  void theFirstThatAppliesIsTheVerdict(String line, Verdict verdict) {
    assertThat(
            judge(
                    line.replace("' '", " "),
                    "input.columns.agent=agent",
                    "input.events=[view, search]",
                    "input.item-events=[view]",
                    "input.cleaning.test-users=[\"test-.*\"]",
                    "input.cleaning.block-items=[bad]")
                .verdict())
        .isEqualTo(verdict);
  }

  @Test
  void anIdOfTenThousandCharactersIsADefect() {
    assertThat(judge("x".repeat(10_000) + ",a,1790000000,view,x").verdict())
        .isEqualTo(Verdict.ID_TOO_LONG);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          epoch-seconds           | 1790000000.25                    | 1790000000250000
          epoch-seconds           | 1.79E9                           | 1790000000000000
          epoch-millis            | 1790000000250                    | 1790000000250000
          iso-8601                | 2026-09-21T14:13:20Z             | 1790000000000000
          iso-8601                | 2026-09-21 16:13:20+02:00        | 1790000000000000
          iso-8601                | 2026-09-21T14:13:20.5            | 1790000000500000
          dd.MM.yyyy HH:mm:ss     | 21.09.2026 14:13:20              | 1790000000000000
          dd/MMM/yyyy:HH:mm:ss Z  | 21/Sep/2026:16:13:20 +0200       | 1790000000000000
          """)
  void timesAreReadAsTheyAreWritten(String format, String text, long micros) {
    assertThat(
            judge("u,a," + text + ",view,x", "input.time-format=\"" + format + "\"").click().time())
        .isEqualTo(micros);
  }

  @Test
  void anAccessLogGivesItemsFromItsPaths() {
    String[] settings = {
      "input.format=access-log",
      "input.columns.user=host",
      "input.columns.item=path",
      "input.columns.time=time",
      "input.columns.event=method",
      "input.item-pattern=\"/product/([0-9]+)\""
    };
    String line =
        "10.0.0.7 - - [20/Nov/2026:10:00:00 +0100] \"GET %s HTTP/1.1\" 200 512 \"-\" \"%s\"";
    ClickCleaner.Judged product =
        judgeIn("", String.format(line, "/product/42?ref=a", "Mozilla/5.0"), settings);
    assertThat(product.click().item().toString()).isEqualTo("42");
    assertThat(product.click().user().toString()).isEqualTo("10.0.0.7");
    assertThat(judgeIn("", String.format(line, "/about", "Mozilla/5.0"), settings).click().item())
        .isNull();
    assertThat(judgeIn("", String.format(line, "/product/1", "Googlebot/2.1"), settings).verdict())
        .isEqualTo(Verdict.CRAWLER);
  }

  @Test
  void accessLogsMayBeCommonOrHaveMoreThanCombinedAndEscapeTheirQuotes() {
    String[] settings = {
      "input.format=access-log",
      "input.columns.user=user",
      "input.columns.item=path",
      "input.columns.time=time"
    };
    String start = "::1 - bob [20/Nov/2026:10:00:00 +0000] \"GET /a HTTP/2.0\" 200 -";
    for (String end :
        List.of("", " \"-\" \"Mozilla\"", " \"-\" \"a \\\"quote\\\" \\\\\" rt=0.004 \"x\"")) {
      Click click = judgeIn("", start + end, settings).click();
      assertThat(click.user().toString()).isEqualTo("bob");
      assertThat(click.item().toString()).isEqualTo("/a");
    }
    String crawler = start + " \"ends in a backslash \\\\\" \"Googlebot\"";
    assertThat(judgeIn("", crawler, settings).verdict()).isEqualTo(Verdict.CRAWLER);
    for (String torn : List.of("::1 - bob [20/Nov/2026", start.substring(0, 50), "one two three")) {
      assertThat(judgeIn("", torn, settings).verdict()).isEqualTo(Verdict.MALFORMED);
    }
  }

  @Test
  void jsonFieldsAreFoundByPath() {
    ClickCleaner.Judged judged =
        judgeIn(
            "",
            "{\"user\":{\"id\":\"u\"},\"item\":7,\"t\":1790000000.5,\"event\":\"cart\"}",
            "input.format=json",
            "input.columns.user=user.id",
            "input.columns.item=item",
            "input.columns.time=t",
            "input.weights={ cart = 3 }");
    assertThat(judged.click().user().toString()).isEqualTo("u");
    assertThat(judged.click().item().toString()).isEqualTo("7");
    assertThat(judged.click().time()).isEqualTo(1_790_000_000_500_000L);
    assertThat(judged.click().weight()).isEqualTo(3f);
  }

  @Property(tries = 500)
  void noRecordBreaksTheCleaner(@ForAll String user, @ForAll String item, @ForAll String time) {
    String line = String.join(",", user, item, time, "view", "x");
    assertThat(judge(line).verdict()).isNotNull();
  }

  @Property(tries = 500)
  void clicksComeBackFromTheirBytes(@ForAll String item, @ForAll long order, @ForAll float weight) {
    if (item.isEmpty() || item.indexOf('\0') >= 0 || Float.isNaN(weight)) {
      return;
    }
    Click click =
        new Click(
            UTF8String.fromString("u"),
            5,
            order,
            null,
            UTF8String.fromString("s"),
            UTF8String.fromString(item),
            null,
            weight,
            Click.Origin.CARRIED_ON);
    assertThat(ClickRows.decode(click.user(), click.time(), ClickRows.encode(click)))
        .isEqualTo(click);
  }
}
