package io.nightjar.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.LocalSpark;
import io.nightjar.clicks.InputException;
import io.nightjar.training.ModelInUse;
import io.nightjar.training.ModelManifest;
import io.nightjar.training.ModelStore.StoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.RowFactory;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Models that are broken, judged beside the sound one that is in use. */
class EvaluateJobIT {
  private static final String DATE = "2026-03-15";
  private static final Instant FIRST_DAY = Instant.parse("2026-03-14T08:00:00Z");
  private static final int ITEMS = 31;
  private static final int USERS = 60;
  private static final int CLICKS_A_DAY = 15;
  private static final long SECONDS_PER_DAY = 24 * 3600;

  private static final int EVENING_CLICKS = 5;
  private static final int SECONDS_UNTIL_EVENING = 12 * 3600;
  private static final String[] SETTINGS = {
    "split.validation-days=0",
    "vocabulary.min-count=1",
    "model.embedding=32",
    "model.hidden=32",
    "training.epochs=15",
    "training.batch=4",
    "training.negatives=0",
    "training.loss=cross-entropy",
    "training.dropout.embedding=0",
    "training.dropout.output=0",
    "evaluation.k=[5]",
    "evaluation.gate.metric=\"ndcg@5\"",
    "evaluation.baselines.models=[popularity]"
  };

  @TempDir static Path directory;
  private static Nights nights;
  private static JobReport sound;

  /** Two days on which every user goes from item i to item 7 i + 3 (mod 31): easily learned. */
  @BeforeAll
  static void aSoundModelIsInUse() throws IOException {
    nights = new Nights(directory, SETTINGS);
    List<String> lines = new ArrayList<>(List.of("user_id,item_id,timestamp"));
    for (int user = 0; user < USERS; user++) {
      int item = user % ITEMS;
      for (int day = 0; day < 2; day++) {
        for (int click = 0; click < CLICKS_A_DAY; click++) {
          long second = FIRST_DAY.getEpochSecond() + day * SECONDS_PER_DAY + 60L * click;
          lines.add("u" + user + ",i" + item + "," + second);
          item = next(item);
        }
      }
    }
    nights.log("clicks.csv", lines.toArray(String[]::new));
    for (Job job : List.of(new SessionizeJob(), new VocabularyJob(), new TrainJob())) {
      nights.run(job, DATE);
    }
    sound = nights.run(new EvaluateJob(), DATE);
  }

  @Test
  void theSoundModelIsAccepted() throws IOException {
    assertThat(sound.json().at("/gate/accepted").asBoolean()).isTrue();
    assertThat(ndcg(sound)).isGreaterThan(0.9);
    assertThat(inUse()).isEqualTo(DATE);
  }

  @Test
  void shuffledWeightsAreRefused() throws IOException {
    List<Float> weights = new ArrayList<>();
    MultiLayerNetwork network = soundModel().network();
    for (float weight : network.params().dup().data().asFloat()) {
      weights.add(weight);
    }
    Collections.shuffle(weights, new Random(1));
    INDArray shuffled = Nd4j.create(network.params().shape());
    for (int i = 0; i < weights.size(); i++) {
      shuffled.putScalar(i, weights.get(i));
    }
    network.setParams(shuffled);

    assertRefused("shuffled", network, "in use");
  }

  @Test
  void constantScoresAreRefused() throws IOException {
    MultiLayerNetwork network = soundModel().network();
    network.setParams(Nd4j.zeros(network.params().shape()));

    JobReport report = assertRefused("constant", network, "popularity");
    assertThat(ndcg(report)).isZero();
  }

  @Test
  void rowsInTheOrderOfYesterdaysVocabularyAreRefused() throws IOException {
    MultiLayerNetwork network = soundModel().network();
    INDArray vectors = network.getLayer(0).getParam("W");
    INDArray output = network.getOutputLayer().getParam("W");
    INDArray bias = network.getOutputLayer().getParam("b");
    INDArray oldVectors = vectors.dup();
    INDArray oldOutput = output.dup();
    INDArray oldBias = bias.dup();
    for (int index = 1; index <= ITEMS; index++) {
      int yesterday = index % ITEMS + 1;
      vectors.putRow(index, oldVectors.getRow(yesterday));
      output.putColumn(index, oldOutput.getColumn(yesterday));
      bias.putScalar(index, oldBias.getFloat(yesterday));
    }

    assertRefused("yesterdays-rows", network, "in use");
  }

  @Test
  void aModelOfAnotherVocabularyIsNotEvenJudged() throws IOException {
    StoredModel model = soundModel();
    ObjectNode manifest = model.manifest().toJson();
    manifest.put("version", "another").put("vocabularyChecksum", "that of yesterday");
    JobContext context = context("another");
    RecommendingModel.store(context).save(model.network(), ModelManifest.fromJson(manifest));

    assertThatThrownBy(() -> new EvaluateJob().run(context))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("another vocabulary");
    assertThat(inUse()).isEqualTo(DATE);
  }

  /**
   * On the second day all users take up another habit, and keep it on the third. Models that have
   * only seen the first day cannot know it; those of the newest window can.
   */
  @Test
  void anEarlierWindowIsJudgedByModelsThatSawNothingOfIt() throws IOException {
    Nights slid =
        new Nights(directory.resolve("slid"), SETTINGS)
            .with("split.strategy=sliding")
            .with("split.windows=2")
            .with("split.validation-hours=6");
    slid.log("clicks.csv", logOfANewHabit());
    for (Job job : List.of(new SessionizeJob(), new VocabularyJob(), new TrainJob())) {
      slid.run(job, "2026-03-16");
    }
    JsonNode report = slid.run(new EvaluateJob(), "2026-03-16").json();

    JsonNode earlier = report.at("/windows/0");
    JsonNode newest = report.at("/windows/1");
    assertThat(earlier.path("from").asText()).isEqualTo("2026-03-15T00:00:00Z");
    assertThat(earlier.path("until")).isEqualTo(newest.path("from"));
    assertThat(earlier.path("cases").asInt()).isEqualTo(USERS * CLICKS_A_DAY);
    assertThat(lstm(newest.path("models")).path("ndcg@5"))
        .isEqualTo(lstm(report.path("models")).path("ndcg@5"));
    double before = lstm(earlier.path("models")).path("ndcg@5").asDouble();
    double after = lstm(newest.path("models")).path("ndcg@5").asDouble();
    assertThat(before).isLessThan(0.4);
    assertThat(after).isGreaterThan(0.6);
    assertThat(lstm(report.path("window_means")).at("/ndcg@5/mean").asDouble())
        .isEqualTo((before + after) / 2, within(1e-9));

    // The same figures in what others read.
    Path metrics = directory.resolve("slid/warehouse");
    assertThat(
            LocalSpark.session()
                .read()
                .parquet(metrics.resolve("model_metrics/run=2026-03-16").toString())
                .filter("model = 'lstm' AND metric = 'ndcg@5' AND dimension = 'window'")
                .orderBy("slice")
                .select("slice", "value")
                .collectAsList())
        .containsExactly(
            RowFactory.create("2026-03-15", before), RowFactory.create("2026-03-16", after));
    assertThat(Files.readString(metrics.resolve("metrics/run=2026-03-16/report.html")))
        .contains("\"window_means\":[");
    assertThat(metrics.resolve("_checkpoints")).isEmptyDirectory();
  }

  private static String[] logOfANewHabit() {
    List<String> lines = new ArrayList<>(List.of("user_id,item_id,timestamp"));
    for (int user = 0; user < USERS; user++) {
      int item = user % ITEMS;
      for (int day = 0; day < 3; day++) {
        for (int click = 0; click < CLICKS_A_DAY; click++) {
          boolean evening = click >= CLICKS_A_DAY - EVENING_CLICKS;
          long second =
              FIRST_DAY.getEpochSecond()
                  + day * SECONDS_PER_DAY
                  + 60L * click
                  + (evening ? SECONDS_UNTIL_EVENING : 0);
          lines.add("u" + user + ",i" + item + "," + second);
          item = day == 0 ? next(item) : (11 * item + 5) % ITEMS;
        }
      }
    }
    return lines.toArray(String[]::new);
  }

  /** Judges a model of this network as a run of its own: it loses, and the sound one stays. */
  private static JobReport assertRefused(String version, MultiLayerNetwork network, String verdict)
      throws IOException {
    ObjectNode manifest = soundModel().manifest().toJson().put("version", version);
    JobContext context = context(version);
    RecommendingModel.store(context).save(network, ModelManifest.fromJson(manifest));

    JobReport report = new EvaluateJob().run(context);

    assertThat(report.json().at("/gate/accepted").asBoolean(true)).isFalse();
    assertThat(report.json().at("/gate/verdict").asText()).contains(verdict);
    assertThat(ndcg(report)).isLessThan(ndcg(sound) / 2);
    assertThat(inUse()).isEqualTo(DATE);
    return report;
  }

  private static int next(int item) {
    return (7 * item + 3) % ITEMS;
  }

  private static double ndcg(JobReport report) {
    return lstm(report.json().path("models")).path("ndcg@5").asDouble();
  }

  private static JsonNode lstm(JsonNode models) {
    for (JsonNode model : models) {
      if (model.path("name").asText().equals("lstm")) {
        return model;
      }
    }
    throw new AssertionError("No network among " + models);
  }

  private static StoredModel soundModel() throws IOException {
    return RecommendingModel.store(nights.context(DATE)).load(DATE);
  }

  private static String inUse() throws IOException {
    JobContext context = nights.context(DATE);
    return ModelInUse.read(context.warehouse(), context.documents()).orElseThrow().version();
  }

  private static JobContext context(String runId) throws IOException {
    return JobContext.create(
        LocalSpark.session(),
        nights.context(DATE).config(),
        LocalDate.parse(DATE),
        runId,
        Clock.systemUTC());
  }
}
