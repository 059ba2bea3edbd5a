package io.nightjar.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One block of the configuration, read value by value. Every method throws {@link
 * ConfigurationException} with the key, what was given and what was expected.
 */
final class Section {
  private final Config config;
  private final String path;

  Section(Config config, String path) {
    this.config = config;
    this.path = path;
  }

  Section section(String key) {
    return new Section(config, path + "." + key);
  }

  String text(String key) {
    return read(key, "text", config::getString);
  }

  String nonEmptyText(String key) {
    String value = text(key);
    if (value.isBlank()) {
      throw wrong(key, "''", "a value");
    }
    return value;
  }

  boolean flag(String key) {
    return read(key, "true or false", config::getBoolean);
  }

  long wholeNumber(String key) {
    return read(key, "a whole number", config::getLong);
  }

  int count(String key, int least, int most) {
    String expected = "a whole number from " + least + " to " + most;
    long value = read(key, expected, config::getLong);
    if (value < least || value > most) {
      throw wrong(key, value, expected);
    }
    return (int) value;
  }

  /** A number in [least, most]. */
  double number(String key, double least, double most) {
    String expected = "a number from " + least + " to " + most;
    double value = read(key, expected, config::getDouble);
    if (!(value >= least && value <= most)) {
      throw wrong(key, value, expected);
    }
    return value;
  }

  /** A number in [0, 1). */
  double fraction(String key) {
    double value = number(key, 0, 1);
    if (value == 1) {
      throw wrong(key, value, "a number from 0 to below 1");
    }
    return value;
  }

  Duration duration(String key) {
    Duration value = read(key, "a duration like 30 minutes", config::getDuration);
    if (value.isNegative()) {
      throw wrong(key, value, "a duration that is not negative");
    }
    return value;
  }

  LocalDate date(String key) {
    String value = text(key);
    try {
      return LocalDate.parse(value);
    } catch (DateTimeParseException e) {
      throw wrong(key, value, "a date as YYYY-MM-DD");
    }
  }

  List<String> texts(String key) {
    return List.copyOf(read(key, "a list", config::getStringList));
  }

  /** A block of numbers under names that the user chooses. */
  Map<String, Double> numbers(String key) {
    String expected = "a block of numbers, like { view = 1, cart = 3 }";
    Map<String, Double> numbers = new TreeMap<>();
    read(key, expected, config::getObject)
        .unwrapped()
        .forEach(
            (name, value) -> {
              if (!(value instanceof Number number)) {
                throw wrong(key, "{ " + name + " = " + value + " }", expected);
              }
              numbers.put(name, number.doubleValue());
            });
    return Collections.unmodifiableMap(numbers);
  }

  List<Integer> counts(String key, int least) {
    List<Integer> values = List.copyOf(read(key, "a list of whole numbers", config::getIntList));
    if (values.isEmpty() || values.stream().anyMatch(value -> value < least)) {
      throw wrong(key, values, "a list of whole numbers, each at least " + least);
    }
    return values;
  }

  /** One of an enum's constants, written in lower case with hyphens. */
  <E extends Enum<E>> E choice(String key, Class<E> type) {
    return constant(key, text(key), type);
  }

  /** Distinct constants of an enum, in the order given; may be empty. */
  <E extends Enum<E>> List<E> choices(String key, Class<E> type) {
    return texts(key).stream().map(value -> constant(key, value, type)).distinct().toList();
  }

  private <E extends Enum<E>> E constant(String key, String value, Class<E> type) {
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> spelling(constant).equals(value))
        .findFirst()
        .orElseThrow(
            () ->
                wrong(
                    key,
                    value,
                    "one of "
                        + Arrays.stream(type.getEnumConstants())
                            .map(Section::spelling)
                            .collect(Collectors.joining(", "))));
  }

  /** A whole number from 1, or 0 for {@code auto}. */
  int countOrAuto(String key) {
    return text(key).equals("auto") ? 0 : count(key, 1, Integer.MAX_VALUE);
  }

  ConfigurationException wrong(String key, Object given, String expected) {
    return new ConfigurationException(
        path + "." + key + " is " + given + "; expected " + expected + ".");
  }

  private static String spelling(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private <T> T read(String key, String expected, Function<String, T> getter) {
    String fullKey = path + "." + key;
    try {
      return getter.apply(fullKey);
    } catch (ConfigException.WrongType | ConfigException.BadValue e) {
      throw wrong(key, config.getValue(fullKey).render(), expected);
    } catch (ConfigException e) {
      throw new ConfigurationException(
          fullKey + " cannot be read (" + e.getMessage() + "); expected " + expected + ".", e);
    }
  }
}
