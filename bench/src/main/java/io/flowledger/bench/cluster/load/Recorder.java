package io.flowledger.bench.cluster.load;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flowledger.bench.cluster.check.Call;
import io.flowledger.bench.cluster.check.Call.Outcome;
import io.flowledger.bench.cluster.check.History;
import io.flowledger.bench.cluster.check.Span;
import io.flowledger.bench.cluster.client.Answer;
import io.flowledger.bench.report.BenchException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Turns answers into calls of the history. The marker of an object is its user, another one in each
 * attempt; identities are paths.
 */
final class Recorder {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String USER = "user_name";

  /** User of what was in the log before. */
  private static final String OTHERS = "ada";

  private final History history;
  private final World world;

  Recorder(History history, World world) {
    this.history = history;
    this.world = world;
  }

  static JsonNode json(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new BenchException("an answer is not JSON: " + body, e);
    }
  }

  static String collection(String path) {
    return path.substring(0, path.lastIndexOf('/'));
  }

  static String flowOf(String path) {
    return path.split("/")[2];
  }

  // ---- writes ----------------------------------------------------------------------------------

  /** The creation of an object whose path the client chose. */
  void creation(String path, String marker, boolean keyed, Answer answer) {
    if (!answer.ok() && !answer.conflict() && !answer.unknown()) {
      return; // refused: nothing has happened
    }
    Outcome outcome =
        answer.ok() ? Outcome.WON : answer.conflict() ? Outcome.EXISTS : Outcome.UNKNOWN;
    history.add(new Call.Creation(path, marker, answer.call(), outcome));
    addition(collection(path), marker, keyed, answer);
    if (!answer.unknown()) {
      made(path);
    }
  }

  /**
   * The creation of an object to which the server gives a number.
   *
   * @param collection path of the listing that it is in
   * @param field of the answer that has the number
   * @return its path
   */
  Optional<String> numbered(
      String collection, String field, String marker, Optional<String> key, Answer answer) {
    addition(collection, marker, key.isPresent(), answer);
    if (!answer.ok()) {
      return Optional.empty();
    }
    JsonNode body = json(answer.body());
    String path = collection + "/" + body.path(field).asText();
    String owner = body.path(USER).asText();
    history.add(new Call.Creation(path, marker, answer.span(), Outcome.WON));
    history.add(new Call.Numbered(field, answer.span(), body.path(field).asLong(), owner));
    key.ifPresent(name -> history.add(new Call.Keyed(name, answer.span(), path)));
    made(path);
    return Optional.of(path);
  }

  private void made(String path) {
    world.knows(path);
    if (path.split("/").length == 3) {
      world.flows().add(flowOf(path));
    }
  }

  /** Something that was sent to a collection which only grows. */
  void addition(String collection, String element, boolean once, Answer answer) {
    if (answer.ok() || answer.unknown()) {
      history.add(new Call.Addition(collection, element, answer.call(), once));
    }
    if (answer.ok()) {
      world.collections().add(collection);
    }
    appended(collection, answer);
  }

  /** The place in the log, which the history of the flow must have. */
  private void appended(String path, Answer answer) {
    boolean ofFlow = answer.ok() && path.startsWith("/flows/");
    answer
        .position()
        .filter(position -> ofFlow && !position.contains("/"))
        .ifPresent(
            position ->
                history.add(new Call.Appended(flowOf(path), answer.span(), offset(position))));
  }

  static long offset(String position) {
    return Long.parseLong(position.substring(position.indexOf('@') + 1));
  }

  /** A change of tags; its answer tells all tags. */
  void tags(String run, String tag, boolean add, Answer answer) {
    if (!answer.ok() && !answer.unknown()) {
      return;
    }
    history.add(new Call.TagChange(run, tag, answer.call(), add));
    appended(run, answer);
    if (answer.ok()) {
      history.add(new Call.TagsSeen(run, answer.span(), texts(json(answer.body()).path("tags"))));
    }
  }

  void beat(String path, long millis, Answer answer) {
    if (answer.ok()) {
      history.add(new Call.Beat(path, answer.span(), millis / 1000, false));
    }
  }

  // ---- reads -----------------------------------------------------------------------------------

  /** A read of an object. */
  void object(String path, Answer answer) {
    if (answer.missing()) {
      history.add(new Call.Sighting(path, answer.span(), Optional.empty()));
    } else if (answer.ok()) {
      JsonNode body = json(answer.body());
      String marker = body.path(USER).asText();
      history.add(new Call.Sighting(path, answer.span(), Optional.of(marker)));
      if (body.has("run_number") && !body.has("step_name")) {
        history.add(new Call.TagsSeen(path, answer.span(), texts(body.path("tags"))));
      }
      if (body.path("last_heartbeat_ts").isNumber()) {
        long seconds = body.path("last_heartbeat_ts").asLong();
        history.add(new Call.Beat(path, answer.span(), seconds, true));
      }
    }
  }

  /** A read of a collection. */
  void listing(String collection, Answer answer) {
    if (!answer.ok()) {
      return;
    }
    String field =
        collection.endsWith("/metadata")
            ? "value"
            : collection.endsWith("/artifacts") ? "name" : USER;
    Map<String, Integer> elements = new HashMap<>();
    for (JsonNode row : json(answer.body())) {
      String element = row.path(field).asText();
      if (!element.equals(OTHERS)) {
        elements.merge(element, 1, Integer::sum);
      }
    }
    history.add(new Call.Listing(collection, answer.span(), elements));
  }

  /** What a tail was told over all of its life. */
  void followed(String flow, String tail, Span span, long from, List<Call.Event> events) {
    history.add(new Call.Followed(flow, tail, span, from, events));
  }

  /** The history of a flow, a line for each event. */
  void told(String flow, Answer answer) {
    List<Call.Event> events =
        answer.body().lines().filter(line -> !line.isBlank()).map(Recorder::event).toList();
    history.add(new Call.Told(flow, answer.span(), events));
  }

  static Call.Event event(String line) {
    JsonNode event = json(line);
    return new Call.Event(offset(event.path("position").asText()), event.path("event_id").asText());
  }

  void copy(String path, Answer answer, String digest) {
    history.add(new Call.Copy(path, answer.target().name(), answer.span(), digest));
  }

  private static Set<String> texts(JsonNode array) {
    Set<String> texts = new HashSet<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
