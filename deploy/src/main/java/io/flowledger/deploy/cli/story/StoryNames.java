package io.flowledger.deploy.cli.story;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowledger.deploy.cli.Json;
import io.flowledger.deploy.cli.Pathspec;
import io.flowledger.deploy.cli.Visible;
import java.util.HashMap;
import java.util.Map;

/**
 * Names of the runs and tasks of a story: by the name that a scheduler gave them, where one did,
 * else by their number; and in full only as far as the story does not say whose it is.
 */
final class StoryNames {

  private final Pathspec of;
  private final Map<String, String> runs = new HashMap<>();
  private final Map<String, String> tasks = new HashMap<>();

  /**
   * @param of whose story it is
   */
  StoryNames(Pathspec of) {
    this.of = of;
  }

  /** Learns the names that an event gives. */
  void learn(JsonNode event) {
    JsonNode payload = event.path("event");
    Json.text(payload, "run_id").ifPresent(name -> runs.put(part(event, "run_number"), name));
    Json.text(payload, "task_name").ifPresent(name -> tasks.put(part(event, "task_id"), name));
  }

  /** For example {@code 3}. */
  String run(JsonNode event) {
    String number = part(event, "run_number");
    return Visible.all(isOfOneRun() ? of.parts().get(1) : runs.getOrDefault(number, number));
  }

  /** For example {@code start}, or {@code 3/start} in the story of a flow. */
  String step(JsonNode event) {
    return inRun(event, Visible.all(part(event, "step_name")));
  }

  /** For example {@code start/5}, or {@code 3/start/5} in the story of a flow. */
  String task(JsonNode event) {
    String id = part(event, "task_id");
    String name = of.depth() >= 4 ? of.parts().get(3) : tasks.getOrDefault(id, id);
    return inRun(event, Visible.all(part(event, "step_name") + "/" + name));
  }

  /** Whether no more than one run occurs in the story. */
  boolean isOfOneRun() {
    return of.depth() > 1;
  }

  private String inRun(JsonNode event, String name) {
    return isOfOneRun() ? name : run(event) + "/" + name;
  }

  private static String part(JsonNode event, String field) {
    return Json.text(event, field).orElse("?");
  }
}
