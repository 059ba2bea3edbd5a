package io.nightjar.clicks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.nightjar.config.InputConfig;
import java.util.List;

/** One JSON object per line. A column's name is a field, or a path into nested fields. */
final class JsonParser extends RecordParser {
  private static final ObjectReader READER =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .reader();

  private final List<String> columns;

  JsonParser(InputConfig input) {
    super(input);
    this.columns = input.columns().all();
  }

  @Override
  String[] values(String line) {
    JsonNode record;
    try {
      record = READER.readTree(line);
    } catch (JsonProcessingException e) {
      return null;
    }
    if (!record.isObject()) {
      return null;
    }
    String[] values = new String[columns.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = columns.get(i).isEmpty() ? null : text(find(record, columns.get(i)));
    }
    return values;
  }

  /** A field of this very name, or else of the path that the name is. */
  static JsonNode find(JsonNode object, String path) {
    JsonNode field = object.get(path);
    if (field != null) {
      return field;
    }
    int dot = path.indexOf('.');
    JsonNode inner = dot < 0 ? null : object.get(path.substring(0, dot));
    return inner == null ? null : find(inner, path.substring(dot + 1));
  }

  private static String text(JsonNode value) {
    if (value == null || value.isNull()) {
      return null;
    }
    if (value.isBigDecimal()) {
      // Plain digits where there are few; 1e999999999 stays as it is.
      return value.decimalValue().precision() + Math.abs((long) value.decimalValue().scale()) < 40
          ? value.decimalValue().toPlainString()
          : value.asText();
    }
    return value.isValueNode() ? value.asText() : value.toString();
  }
}
