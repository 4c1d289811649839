package io.flowledger.deploy.mcp.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flowledger.deploy.cli.Json;
import io.flowledger.deploy.cli.ServerClient.Answer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.OptionalLong;

/**
 * Values as models are shown them: times in UTC, long texts and lists cut off, and it is said that
 * they are. What is null is left out.
 */
final class Shown {

  private static final int MOST_TEXT = 240;
  private static final int MOST_LIST = 20;
  private static final int SHA = 12;

  private Shown() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  static String text(String text) {
    int characters = text.codePointCount(0, text.length());
    return characters <= MOST_TEXT
        ? text
        : "%s... (%d characters)"
            .formatted(text.substring(0, text.offsetByCodePoints(0, MOST_TEXT)), characters);
  }

  /** The beginning of a hash, which is enough to tell it from another. */
  static String sha(String sha) {
    return sha.length() <= SHA ? sha : sha.substring(0, SHA);
  }

  static String time(long epochMs) {
    return Instant.ofEpochMilli(epochMs).truncatedTo(ChronoUnit.MILLIS).toString();
  }

  static void putText(ObjectNode to, String name, JsonNode from, String field) {
    Json.text(from, field).ifPresent(text -> to.put(name, text(text)));
  }

  static void putTime(ObjectNode to, String name, JsonNode from, String field) {
    Json.number(from, field).ifPresent(ms -> to.put(name, time(ms)));
  }

  static void putSeconds(ObjectNode to, String name, OptionalLong ms) {
    ms.ifPresent(length -> to.put(name, length / 1e3));
  }

  static ArrayNode list(Collection<String> texts) {
    ArrayNode list = array();
    texts.stream().limit(MOST_LIST).map(Shown::text).forEach(list::add);
    if (texts.size() > MOST_LIST) {
      list.add("... and %d more".formatted(texts.size() - MOST_LIST));
    }
    return list;
  }

  /** A list that is left out where it is empty. */
  static void putList(ObjectNode to, String name, Collection<String> texts) {
    if (!texts.isEmpty()) {
      to.set(name, list(texts));
    }
  }

  /** Says how a listing goes on, where it does. */
  static void putMore(ObjectNode to, Answer page) {
    page.nextCursor()
        .ifPresent(
            cursor -> {
              to.put("next_cursor", cursor);
              to.put("more", "there is more: call again with cursor set to next_cursor");
            });
  }

  /** A run as listings and its status have it. */
  static ObjectNode run(JsonNode run) {
    ObjectNode shown = object();
    shown.put(
        "run",
        Json.text(run, "flow_id").orElse("?") + "/" + Json.text(run, "run_number").orElse("?"));
    putText(shown, "run_id", run, "run_id");
    putText(shown, "status", run, "status");
    putText(shown, "user", run, "user_name");
    putTime(shown, "created", run, run.has("created_at") ? "created_at" : "ts_epoch");
    putTime(shown, "finished", run, "finished_at");
    putSeconds(shown, "duration_s", Json.number(run, "duration_ms"));
    putList(shown, "tags", Json.texts(run.path("tags")));
    return shown;
  }
}
