package io.flowledger.deploy.mcp.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.Json;
import io.flowledger.deploy.cli.Pathspec;
import io.flowledger.deploy.cli.Resource;
import java.util.Optional;
import java.util.Set;

/** Runs, as several tools look for them and at them. */
final class Runs {

  /** All that the filter knows; without it, listings do not tell how runs stand. */
  static final String ANY = "running,completed,failed";

  private static final Set<String> NOT_WELL = Set.of("failed", "killed-or-lost");

  private Runs() {}

  static Resource of(Pathspec flow) {
    return Resource.of(flow).under("runs");
  }

  static Pathspec name(JsonNode run) {
    return Pathspec.of(
        Json.text(run, "flow_id").orElse("?"), Json.text(run, "run_number").orElse("?"));
  }

  /** The run that was registered last. */
  static Pathspec latest(ToolCall call, Pathspec flow) {
    return call.first(of(flow))
        .map(Runs::name)
        .orElseThrow(
            () -> CommandFailure.failed("there are no runs of '%s'".formatted(flow.flow())));
  }

  /** The run that is named, or the latest one. */
  static Pathspec wanted(ToolCall call) {
    return call.run().orElseGet(() -> latest(call, call.flow()));
  }

  /** The last run with that status, as the listing has it, before another one or at all. */
  static Optional<JsonNode> last(
      ToolCall call, Pathspec flow, String status, Optional<String> before) {
    return call.first(of(flow).with("status", status).with("run_number:lt", before));
  }

  /**
   * The last run in which something has gone wrong: one that failed a moment ago counts as running
   * until it has not been heard of for some minutes.
   */
  static Optional<Pathspec> lastInTrouble(ToolCall call, Pathspec flow) {
    Optional<Pathspec> failed = last(call, flow, "failed", Optional.empty()).map(Runs::name);
    Optional<JsonNode> running = last(call, flow, "running", Optional.empty());
    return running
        .map(run -> status(call, name(run)))
        .filter(Runs::isInTrouble)
        .map(Runs::name)
        .or(() -> failed);
  }

  static JsonNode status(ToolCall call, Pathspec run) {
    return call.get(Resource.of(run).under("status")).json();
  }

  /** Whether something has gone wrong, even if it is not over. */
  static boolean isInTrouble(JsonNode status) {
    return NOT_WELL.contains(Json.text(status, "status").orElse(""))
        || Json.number(status, "failures_total").orElse(0) > 0;
  }

  /** The steps with how many of their tasks are in which state. */
  static ArrayNode steps(JsonNode status) {
    ArrayNode steps = Shown.array();
    for (JsonNode step : status.path("steps")) {
      String name = Json.text(step, "step_name").orElse("?");
      if (!name.startsWith("_")) {
        ObjectNode shown = steps.addObject().put("step", name);
        counts(shown, step);
      }
    }
    return steps;
  }

  private static void counts(ObjectNode to, JsonNode step) {
    step.path("tasks")
        .properties()
        .forEach(
            count -> {
              if (!count.getKey().equals("total") && count.getValue().asLong() > 0) {
                to.set(count.getKey(), count.getValue());
              }
            });
  }
}
