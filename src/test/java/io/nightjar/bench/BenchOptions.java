package io.nightjar.bench;

import java.util.HashMap;
import java.util.Map;

/** {@code --name value} pairs of a bench. */
final class BenchOptions {

  private final Map<String, String> values = new HashMap<>();

  BenchOptions(String[] options) {
    if (options.length % 2 != 0) {
      throw new IllegalArgumentException("options come in pairs: --name value");
    }
    for (int i = 0; i < options.length; i += 2) {
      if (!options[i].startsWith("--")) {
        throw new IllegalArgumentException(options[i] + " is not an option: --name value");
      }
      values.put(options[i].substring(2), options[i + 1]);
    }
  }

  String text(String name, String otherwise) {
    return values.getOrDefault(name, otherwise);
  }

  int integer(String name, int otherwise) {
    return values.containsKey(name) ? Integer.parseInt(values.get(name)) : otherwise;
  }

  double number(String name, double otherwise) {
    return values.containsKey(name) ? Double.parseDouble(values.get(name)) : otherwise;
  }
}
