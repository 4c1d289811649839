package io.flowledger.deploy.mcp.tool;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Parameter of a tool.
 *
 * @param description for the model that fills it in
 * @param values that it may have; empty where there is no list of them
 */
public record Parameter(
    String name, Kind kind, String description, List<String> values, boolean required) {

  /** What values are. */
  public enum Kind {
    TEXT,
    NUMBER,
    TEXTS
  }

  static Parameter text(String name, String description) {
    return new Parameter(name, Kind.TEXT, description, List.of(), false);
  }

  static Parameter number(String name, String description) {
    return new Parameter(name, Kind.NUMBER, description, List.of(), false);
  }

  static Parameter texts(String name, String description) {
    return new Parameter(name, Kind.TEXTS, description, List.of(), false);
  }

  Parameter oneOf(String... allowed) {
    return new Parameter(name, kind, description, List.of(allowed), required);
  }

  Parameter needed() {
    return new Parameter(name, kind, description, values, true);
  }

  /** As JSON Schema has it. */
  Map<String, Object> schema() {
    Map<String, Object> schema = new LinkedHashMap<>();
    switch (kind) {
      case TEXT -> schema.put("type", "string");
      case NUMBER -> schema.put("type", "integer");
      case TEXTS -> {
        schema.put("type", "array");
        schema.put("items", Map.of("type", "string"));
      }
    }
    if (!values.isEmpty()) {
      schema.put("enum", values);
    }
    schema.put("description", description);
    return schema;
  }
}
