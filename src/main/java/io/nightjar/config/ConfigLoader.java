package io.nightjar.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads the configuration. Precedence: {@code --set} over {@code --config} over {@code
 * reference.conf}; environment variables only where a file asks for them with {@code ${?NAME}}.
 */
public final class ConfigLoader {
  private static final String ROOT = "nightjar";
  private static final String OPEN_BLOCK = ".*";
  private static final int FINGERPRINT_BYTES = 8;

  private ConfigLoader() {}

  /**
   * Loads and checks the configuration.
   *
   * @param file the {@code --config} file, if one was given
   * @param overrides the {@code --set} options in order, each {@code key=value}; the root {@code
   *     nightjar.} may be left out
   * @throws ConfigurationException if anything is missing, unknown, of the wrong type or out of
   *     range
   */
  public static NightjarConfig load(Optional<Path> file, List<String> overrides) {
    Config reference = ConfigFactory.parseResources("reference.conf");
    Config fromFile = file.map(ConfigLoader::parseFile).orElseGet(ConfigFactory::empty);
    Config fromOptions = parseOverrides(overrides);

    Config layers = fromOptions.withFallback(fromFile).withFallback(reference);
    rejectUnknownKeys(
        reference, resolve(fromFile, layers), "in " + file.map(Path::toString).orElse(""));
    rejectUnknownKeys(reference, resolve(fromOptions, layers), "in --set");

    Config resolved = resolve(layers, layers);
    return NightjarConfig.from(new Section(resolved, ROOT), fingerprint(resolved));
  }

  private static Config parseFile(Path file) {
    if (!Files.isReadable(file)) {
      throw new ConfigurationException(
          "--config " + file + " cannot be read; expected a HOCON file, see conf/examples.");
    }
    try {
      return ConfigFactory.parseFile(file.toFile());
    } catch (ConfigException e) {
      throw new ConfigurationException("--config is not valid HOCON: " + e.getMessage(), e);
    }
  }

  private static Config parseOverrides(List<String> overrides) {
    Config parsed = ConfigFactory.empty();
    for (String override : overrides) {
      int equals = override.indexOf('=');
      if (equals <= 0) {
        throw new ConfigurationException(
            "--set " + override + " has no value; expected key=value, like sessions.gap=45m.");
      }
      String key = override.substring(0, equals).strip();
      String value = override.substring(equals + 1).strip();
      String fullKey = key.startsWith(ROOT + ".") ? key : ROOT + "." + key;
      parsed = parseOverride(fullKey, value).withFallback(parsed);
    }
    return parsed;
  }

  private static Config parseOverride(String key, String value) {
    try {
      return ConfigFactory.parseString(key + " = " + (value.isEmpty() ? "\"\"" : value));
    } catch (ConfigException notHocon) {
      return ConfigFactory.parseString(key + " = " + ConfigUtil.quoteString(value));
    }
  }

  private static void rejectUnknownKeys(Config reference, Config given, String where) {
    if (!given.hasPath(ROOT)) {
      return;
    }
    Set<String> known = keys(reference);
    for (String key : keys(given)) {
      if (!known.contains(key) && known.stream().noneMatch(open -> isUnder(key, open))) {
        throw new ConfigurationException(
            "Unknown key " + key + " " + where + "; did you mean " + closest(key, known) + "?");
      }
    }
  }

  /** A block that reference.conf leaves empty is open: its keys are the user's to choose. */
  private static boolean isUnder(String key, String open) {
    return open.endsWith(OPEN_BLOCK) && key.startsWith(open.substring(0, open.length() - 1));
  }

  private static Set<String> keys(Config config) {
    return config.root().entrySet().stream()
        .filter(entry -> entry.getKey().equals(ROOT))
        .flatMap(entry -> leaves(entry.getKey(), entry.getValue().unwrapped()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Stream<String> leaves(String path, Object value) {
    if (value instanceof Map<?, ?> block) {
      if (block.isEmpty()) {
        return Stream.of(path + OPEN_BLOCK);
      }
      return block.entrySet().stream()
          .flatMap(entry -> leaves(path + "." + entry.getKey(), entry.getValue()));
    }
    return Stream.of(path);
  }

  private static String closest(String key, Set<String> known) {
    return known.stream()
        .min(Comparator.comparingInt(candidate -> editDistance(key, candidate)))
        .orElseThrow();
  }

  /** Levenshtein's distance: the fewest insertions, deletions and replacements of a character. */
  private static int editDistance(String from, String to) {
    int[] previous = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int[] current = new int[to.length() + 1];
      current[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
      }
      previous = current;
    }
    return previous[to.length()];
  }

  private static Config resolve(Config config, Config source) {
    try {
      return config.resolveWith(source);
    } catch (ConfigException e) {
      throw new ConfigurationException(
          "The configuration cannot be resolved: " + e.getMessage() + ".", e);
    }
  }

  private static String fingerprint(Config resolved) {
    String canonical =
        resolved.getConfig(ROOT).root().render(ConfigRenderOptions.concise().setFormatted(false));
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(canonical.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, FINGERPRINT_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
