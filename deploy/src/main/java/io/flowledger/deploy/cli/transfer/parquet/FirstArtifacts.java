package io.flowledger.deploy.cli.transfer.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.Json;
import io.flowledger.deploy.cli.Resource;
import io.flowledger.deploy.cli.ServerClient;
import io.flowledger.schemas.Position;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.generic.GenericRecord;

/**
 * Tells which artifacts of an event that was superseded in part are the first of their name in
 * their attempt. Such events are few: a client has sent again what it had sent with others. What
 * the task had before is asked of the server once, and known while more of its events follow.
 */
final class FirstArtifacts {

  private static final String SUPERSEDED = "superseded";
  private static final String REJECTED = "rejected";
  private static final String REPEATED = "idempotency key ";
  private static final int MOST_TASKS = 16;

  private final ServerClient client;

  @SuppressWarnings("serial")
  private final Map<Long, Set<Name>> tasks =
      new LinkedHashMap<>(MOST_TASKS, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Set<Name>> eldest) {
          return size() > MOST_TASKS;
        }
      };

  private record Name(long attempt, String text) {

    static Name of(GenericRecord entry) {
      return new Name(((Number) entry.get("attempt_id")).longValue(), entry.get("name").toString());
    }
  }

  FirstArtifacts(ServerClient client) {
    this.client = client;
  }

  /** Whether some of the artifacts of an event may count, though it was superseded. */
  static boolean mayBeIn(String verdict, String reason) {
    return verdict.equals(SUPERSEDED) && !reason.startsWith(REPEATED);
  }

  /** Takes an event all of whose artifacts count. */
  void note(GenericRecord event) {
    Set<Name> names = tasks.get(task(event));
    if (names != null) {
      entries(event).forEach(entry -> names.add(Name.of(entry)));
    }
  }

  /** Those artifacts of the event at a position that count. */
  List<GenericRecord> of(GenericRecord event, Position position) {
    Set<Name> names = tasks.computeIfAbsent(task(event), task -> before(event, position));
    return entries(event).stream().filter(entry -> names.add(Name.of(entry))).toList();
  }

  private Set<Name> before(GenericRecord event, Position position) {
    Set<Name> names = new HashSet<>();
    Resource history =
        Resource.of(
                "flows",
                event.get("flow_id").toString(),
                "runs",
                event.get("run_number").toString(),
                "steps",
                event.get("step_name").toString(),
                "tasks",
                event.get("task_id").toString(),
                "events")
            .with("type", "ArtifactsRecorded");
    client.lines(
        history,
        Map.of("Accept", "application/x-ndjson"),
        line -> {
          JsonNode earlier = Json.parse(line);
          boolean goesOn = offset(earlier) < position.offset();
          if (goesOn && counts(earlier)) {
            for (JsonNode entry : earlier.path("event").path("entries")) {
              names.add(new Name(entry.path("attempt_id").asLong(), entry.path("name").asText()));
            }
          }
          return goesOn;
        });
    return names;
  }

  private static boolean counts(JsonNode event) {
    String verdict = Json.text(event, "verdict").orElse("");
    return !verdict.equals(REJECTED)
        && (!verdict.equals(SUPERSEDED) || mayBeIn(verdict, Json.text(event, "reason").orElse("")));
  }

  private static long offset(JsonNode event) {
    return Json.text(event, "position")
        .flatMap(Position::parse)
        .map(Position::offset)
        .orElseThrow(() -> CommandFailure.failed("the server tells an event without its position"));
  }

  private static Long task(GenericRecord event) {
    return (Long) event.get("task_id");
  }

  @SuppressWarnings("unchecked")
  static List<GenericRecord> entries(GenericRecord event) {
    return (List<GenericRecord>) event.get("entries");
  }
}
