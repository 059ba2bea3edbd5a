package io.nightjar.job;

import io.nightjar.evaluation.BlendWeights;
import io.nightjar.network.LstmWeights;
import io.nightjar.network.NetworkParameters;
import io.nightjar.recommend.Catalogue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Names everything that a user's list depends on but the user, the date and what others clicked:
 * the model and the blend, the settings, and the catalogue under tonight's rules.
 */
final class ListFingerprint {
  private static final int BYTES = 8;
  private static final int NUMBERS_AT_A_TIME = 1 << 16;

  private ListFingerprint() {}

  /** 16 hexadecimal digits; equal for equal models, settings and catalogues. */
  static String of(JobContext context, RecommendingModel model, Catalogue catalogue) {
    BlendWeights blend = model.blend();
    Object baselines = blend.parts().isEmpty() ? "" : context.config().evaluation().baselines();
    List<Object> parts =
        List.of(
            model.stored().manifest().version(),
            model.stored().manifest().vocabularyChecksum(),
            checksum(model.encoder().parameters()),
            blend,
            baselines,
            context.config().recommend(),
            context.config().seed(),
            catalogue.checksum());
    byte[] digest = sha256().digest(parts.toString().getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest, 0, BYTES);
  }

  /** Over the numbers of the network; its file differs from run to run by the times in it. */
  private static String checksum(NetworkParameters parameters) {
    MessageDigest digest = sha256();
    update(digest, parameters.inputRows());
    if (!parameters.shape().tiedWeights()) {
      update(digest, parameters.outputRows());
    }
    update(digest, parameters.outputBias());
    for (LstmWeights layer : parameters.lstm()) {
      update(digest, layer.input());
      update(digest, layer.recurrent());
      update(digest, layer.bias());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static void update(MessageDigest digest, float[] numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(NUMBERS_AT_A_TIME * Float.BYTES);
    for (int from = 0; from < numbers.length; from += NUMBERS_AT_A_TIME) {
      int count = Math.min(NUMBERS_AT_A_TIME, numbers.length - from);
      bytes.clear();
      bytes.asFloatBuffer().put(numbers, from, count);
      digest.update(bytes.array(), 0, count * Float.BYTES);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
