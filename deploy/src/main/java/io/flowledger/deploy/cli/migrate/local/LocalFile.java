package io.flowledger.deploy.cli.migrate.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flowledger.deploy.cli.Json;
import io.flowledger.deploy.cli.migrate.history.Artifact;
import io.flowledger.deploy.cli.migrate.history.Losses;
import io.flowledger.deploy.cli.migrate.history.Metadata;
import io.flowledger.deploy.cli.migrate.history.Tags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A file of local metadata: a JSON object. */
record LocalFile(Path path, JsonNode json, Losses losses) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String NONE = " "; // as the service takes what is not told

  /** Reads one; empty, and told, where it is none that can be taken over. */
  static Optional<LocalFile> read(Path path, Losses losses) {
    try {
      JsonNode json = JSON.readTree(Files.readAllBytes(path));
      if (json.isObject() && json.path("ts_epoch").isIntegralNumber()) {
        return Optional.of(new LocalFile(path, json, losses));
      }
      losses.refused(path.toString(), "it is no object with a ts_epoch");
    } catch (JsonProcessingException e) {
      losses.refused(path.toString(), "it is no JSON");
    } catch (NoSuchFileException e) {
      losses.refused(path.toString(), "it is not there");
    } catch (IOException e) {
      throw LocalFolders.unreadable(path, e);
    }
    return Optional.empty();
  }

  @Nullable String text(String field) {
    return Json.text(json, field).orElse(null);
  }

  private String textOr(String field, String other) {
    return Json.text(json, field).orElse(other);
  }

  long tsEpoch() {
    return json.path("ts_epoch").asLong();
  }

  @Nullable List<String> tags(String field) {
    return Tags.of(json.path(field), how -> losses.changed(path.toString(), how));
  }

  /**
   * As metadata.
   *
   * @param id number of the row
   */
  Metadata metadata(long id) {
    return new Metadata(
        id,
        textOr("field_name", NONE),
        value(),
        textOr("type", NONE),
        text("user_name"),
        tsEpoch(),
        tags("tags"),
        tags("system_tags"));
  }

  /** A list is kept as the service keeps those that clients send: as text of PostgreSQL. */
  private String value() {
    JsonNode value = json.path("value");
    if (value.isArray()) {
      return Json.stream(value)
          .map(element -> element.isTextual() ? element.textValue() : element.toString())
          .map(LocalFile::element)
          .collect(Collectors.joining(",", "{", "}"));
    }
    return value.isTextual() ? value.textValue() : value.isMissingNode() ? NONE : value.toString();
  }

  private static String element(String text) {
    boolean plain =
        !text.isEmpty()
            && !text.equalsIgnoreCase("null")
            && text.chars().noneMatch(c -> "{}\",\\".indexOf(c) >= 0 || Character.isWhitespace(c));
    return plain ? text : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /** As an artifact; empty, and told, where it has no name. */
  Optional<Artifact> artifact() {
    String name = text("name");
    if (name == null) {
      losses.refused(path.toString(), "it names no artifact");
      return Optional.empty();
    }
    return Optional.of(
        new Artifact(
            name,
            json.path("attempt_id").asInt(),
            textOr("location", NONE),
            textOr("ds_type", NONE),
            text("sha"),
            text("type"),
            text("content_type"),
            text("user_name"),
            tsEpoch(),
            tags("tags"),
            tags("system_tags")));
  }
}
