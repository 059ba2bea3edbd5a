package io.nightjar.job;

import io.nightjar.evaluation.BlendWeights;
import io.nightjar.recommend.Catalogue;
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

  private ListFingerprint() {}

  /** 16 hexadecimal digits; equal for equal models, settings and catalogues. */
  static String of(JobContext context, RecommendingModel model, Catalogue catalogue) {
    BlendWeights blend = model.blend();
    Object baselines = blend.parts().isEmpty() ? "" : context.config().evaluation().baselines();
    List<Object> parts =
        List.of(
            model.stored().manifest().version(),
            model.stored().manifest().sha256(),
            model.stored().manifest().vocabularyChecksum(),
            blend,
            baselines,
            context.config().recommend(),
            context.config().seed(),
            catalogue.checksum());
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(parts.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
