package io.flowledger.deploy.cli.migrate.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tags, as stores of Metaflow have them: JSON that should be a list of strings. */
public final class Tags {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Tags() {}

  /**
   * Those of a text.
   *
   * @param changed is told how they had to be changed
   */
  public static @Nullable List<String> parse(@Nullable String text, Consumer<String> changed) {
    if (text == null || text.equals("null")) {
      return null;
    }
    if (text.equals("[]")) {
      return List.of();
    }
    try {
      return of(JSON.readTree(text), changed);
    } catch (JsonProcessingException e) {
      changed.accept("its tags are no JSON, and are left out");
      return null;
    }
  }

  /** Those of JSON that has been read. */
  public static @Nullable List<String> of(JsonNode json, Consumer<String> changed) {
    if (json.isNull() || json.isMissingNode()) {
      return null;
    }
    if (!json.isArray()) {
      changed.accept("its tags are no list, and are left out");
      return null;
    }
    List<String> tags = new ArrayList<>(json.size());
    boolean told = false;
    for (JsonNode tag : json) {
      if (!tag.isTextual() && !told) {
        told = true;
        changed.accept("a tag is no string, and becomes one");
      }
      tags.add(tag.isTextual() ? tag.textValue() : tag.toString());
    }
    return tags;
  }

  /** None where there are none. */
  public static List<String> orNone(@Nullable List<String> tags) {
    return tags == null ? List.of() : tags;
  }
}
