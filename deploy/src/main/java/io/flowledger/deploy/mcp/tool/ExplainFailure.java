package io.flowledger.deploy.mcp.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.Json;
import io.flowledger.deploy.cli.Pathspec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The tool that answers "why has the latest run failed, and what has changed since it last worked?"
 * in one call: the failed tasks with what is known of their causes, the last run before that
 * completed, and the differences between the two, the likeliest causes first.
 */
final class ExplainFailure {

  private static final int CHANGES = 20;

  static final Tool TOOL =
      new Tool(
          "explain_failure",
          "Explain a failure",
          "Answers 'why did this run fail, and what changed since it last worked?' in one call."
              + " Gives the failed tasks with their attempts, where the exception is stored, and the"
              + " metadata that the steps recorded; the last successful run before it; and what"
              + " differs between the two, ordered by relevance: parameters, code, metadata, tags,"
              + " environment, steps, artifacts. Without run: the latest run, or if that has not"
              + " failed the last one that has.",
          List.of(Parameters.FLOW, Parameters.RUN),
          false,
          ExplainFailure::explain);

  private ExplainFailure() {}

  private static ObjectNode explain(ToolCall call) {
    Pathspec flow = call.flow();
    Optional<Pathspec> named = call.run();
    JsonNode status = Runs.status(call, named.orElseGet(() -> Runs.latest(call, flow)));
    ObjectNode answer = Shown.object();
    if (!Runs.isInTrouble(status)) {
      String state = Json.text(status, "status").orElse("?");
      String healthy = "%s has not failed: it is %s".formatted(Runs.name(status), state);
      Optional<Pathspec> failed =
          named.isPresent() ? Optional.empty() : Runs.lastInTrouble(call, flow);
      if (failed.isEmpty()) {
        answer.put("summary", healthy + (named.isPresent() ? "" : ", and no other run has failed"));
        answer.set("run", Shown.run(status));
        return answer;
      }
      answer.put("note", "the latest run, " + healthy + "; explained is the last one that failed");
      status = Runs.status(call, failed.get());
    }
    return explain(call, status, answer);
  }

  private static ObjectNode explain(ToolCall call, JsonNode status, ObjectNode answer) {
    Pathspec run = Runs.name(status);
    Optional<JsonNode> success =
        Runs.last(call, Pathspec.of(run.flow()), "completed", Optional.of(run.parts().get(1)));
    Optional<RunChanges> changes = Optional.empty();
    Optional<String> incomparable = Optional.empty();
    try {
      changes = success.map(before -> RunChanges.between(call, Runs.name(before), run));
    } catch (CommandFailure tooLarge) {
      incomparable = Optional.ofNullable(tooLarge.getMessage());
    }
    ArrayNode failures = Failures.of(call, status);
    answer.put("summary", summary(run, status, success.map(Runs::name), changes));
    answer.set("run", Shown.run(status));
    if (Json.text(status, "status").equals(Optional.of("running"))) {
      answer.put(
          "still_running",
          "tasks have failed, but the run counts as running until it has not been heard of for some"
              + " minutes");
    }
    answer.set("steps", Runs.steps(status));
    long failed = Json.number(status, "failures_total").orElse(0);
    if (failed > failures.size()) {
      answer.put(
          "failed_tasks_shown", "%d of %d, the first ones".formatted(failures.size(), failed));
    }
    answer.set("failed_tasks", failures);
    lost(status, answer);
    success.ifPresentOrElse(
        before -> answer.set("last_success", Shown.run(before)),
        () -> answer.put("last_success", "no run of this flow before it has completed"));
    changes.ifPresent(
        found -> answer.set("changed_since", found.toJson(CHANGES, stepNames(status))));
    incomparable.ifPresent(reason -> answer.put("not_comparable", reason));
    List<String> parameters = changes.map(RunChanges::parameters).orElse(List.of());
    success
        .map(before -> Runs.name(before).toString())
        .flatMap(before -> Snippets.parameters(before, run.toString(), parameters))
        .ifPresent(python -> answer.put("read_parameters", python));
    return answer;
  }

  private static void lost(JsonNode status, ObjectNode answer) {
    long lost = Json.number(status.path("tasks"), "killed-or-lost").orElse(0);
    if (lost > 0) {
      answer.put(
          "lost_tasks",
          "%d tasks have begun, and have said neither how they ended nor that they are alive: the"
                  .formatted(lost)
              + " process or its machine was killed; see steps");
      Shown.putTime(answer, "last_heard_of", status, "finished_at");
    }
  }

  private static List<String> stepNames(JsonNode status) {
    return Json.stream(status.path("steps"))
        .flatMap(step -> Json.text(step, "step_name").stream())
        .toList();
  }

  // ---- in words --------------------------------------------------------------------------------

  private static String summary(
      Pathspec run, JsonNode status, Optional<Pathspec> success, Optional<RunChanges> changes) {
    StringBuilder text = new StringBuilder(what(run, status));
    if (success.isEmpty()) {
      return text.append("; no run of the flow has completed before").toString();
    }
    text.append("; since ").append(success.get()).append(", the last run that completed, ");
    List<String> found = new ArrayList<>();
    changes.ifPresent(
        of -> {
          names(found, "parameters", of.parameters());
          names(found, "code", of.code());
          names(found, "metadata", of.metadata());
          names(found, "environment", of.surroundings());
        });
    if (changes.isEmpty()) {
      text.append("what has changed could not be compared");
    } else if (found.isEmpty()) {
      text.append("no parameter, code, metadata or environment has changed in what is recorded");
    } else {
      text.append("there are other ").append(String.join("; ", found));
    }
    return text.toString();
  }

  private static void names(List<String> to, String kind, List<String> names) {
    if (!names.isEmpty()) {
      to.add(
          kind
              + ": "
              + String.join(", ", names.stream().limit(5).map(Shown::text).toList())
              + (names.size() > 5 ? ", ..." : ""));
    }
  }

  private static String what(Pathspec run, JsonNode status) {
    long failed = Json.number(status, "failures_total").orElse(0);
    if (failed == 0) {
      return "%s is %s, and no task says that it has failed"
          .formatted(run, Json.text(status, "status").orElse("?"));
    }
    TreeSet<String> steps = new TreeSet<>();
    for (JsonNode step : status.path("steps")) {
      if (Json.number(step.path("tasks"), "failed").orElse(0) > 0) {
        steps.add(Json.text(step, "step_name").orElse("?"));
      }
    }
    long last =
        Json.stream(status.path("failures"))
            .mapToLong(failure -> Json.number(failure, "attempt").orElse(0))
            .max()
            .orElse(0);
    return "%s: %d task%s of step %s failed%s"
        .formatted(
            run,
            failed,
            failed == 1 ? "" : "s",
            String.join(", ", steps),
            last > 0 ? ", the last time in attempt %d".formatted(last) : "");
  }
}
