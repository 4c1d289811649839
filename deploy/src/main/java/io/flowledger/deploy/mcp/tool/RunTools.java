package io.flowledger.deploy.mcp.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.Json;
import io.flowledger.deploy.cli.Pathspec;
import io.flowledger.deploy.cli.Resource;
import io.flowledger.deploy.cli.ServerClient.Answer;
import java.util.List;
import java.util.Optional;

/** Tools about flows and runs. */
final class RunTools {

  private static final int FEW = 20;
  private static final int MANY = 50;
  private static final int MOST_CHANGES = 100;

  static final Tool FLOWS =
      new Tool(
          "list_flows",
          "List flows",
          "Lists the flows, those registered last first, each with its latest run and how that"
              + " stands.",
          List.of(Parameters.limit(FEW, MANY), Parameters.CURSOR),
          false,
          RunTools::flows);

  static final Tool RUNS =
      new Tool(
          "list_runs",
          "List runs",
          "Lists the runs of a flow, newest first, with status, user, time and tags. Filters can be"
              + " combined.",
          List.of(
              Parameters.FLOW,
              Parameter.text("status", "Only runs with this status.")
                  .oneOf("running", "completed", "failed"),
              Parameter.text("tag", "Only runs with this tag, for example prod or user:anna."),
              Parameter.text("user", "Only runs of this user."),
              Parameters.SINCE,
              Parameters.limit(FEW, MANY),
              Parameters.CURSOR),
          false,
          RunTools::runs);

  static final Tool STATUS =
      new Tool(
          "run_status",
          "Status of a run",
          "Tells where a run stands: status, times, tasks of every step by state, the failed tasks"
              + " with what is known of their causes, and the longest tasks. For why a run failed"
              + " and what changed, explain_failure says more.",
          List.of(Parameters.FLOW, Parameters.RUN),
          false,
          RunTools::status);

  static final Tool COMPARE =
      new Tool(
          "compare_runs",
          "Compare two runs",
          "Tells what differs between a run and another one of the same flow, by default the last"
              + " successful run before it: parameters, code, metadata, tags, environment, steps,"
              + " tasks and artifacts (by hash), ordered by relevance.",
          List.of(
              Parameters.FLOW,
              Parameters.RUN,
              Parameter.text(
                  "with",
                  "Number or id of the run to compare with; left out: the last run before it that"
                      + " completed."),
              Parameters.limit(MANY, MOST_CHANGES)),
          false,
          RunTools::compare);

  private RunTools() {}

  private static ObjectNode flows(ToolCall call) {
    Answer page = call.page(Resource.of("flows"), FEW, MANY);
    ObjectNode answer = Shown.object();
    ArrayNode flows = answer.putArray("flows");
    for (JsonNode flow : page.json()) {
      String name = Json.text(flow, "flow_id").orElse("?");
      ObjectNode shown = flows.addObject().put("flow", name);
      Pathspec pathspec = Pathspec.of(name);
      if (pathspec.isReachable()) {
        call.first(Runs.of(pathspec).with("status", Runs.ANY))
            .ifPresent(run -> shown.set("latest_run", Shown.run(run)));
      }
    }
    Shown.putMore(answer, page);
    return answer;
  }

  private static ObjectNode runs(ToolCall call) {
    Answer page =
        call.page(
            Runs.of(call.flow())
                .with("status", call.text("status").orElse(Runs.ANY))
                .with("_tags", call.text("tag"))
                .with("user_name", call.text("user"))
                .with("ts_epoch:ge", call.time("since")),
            FEW,
            MANY);
    ObjectNode answer = Shown.object();
    ArrayNode runs = answer.putArray("runs");
    page.json().forEach(run -> runs.add(Shown.run(run)));
    Shown.putMore(answer, page);
    return answer;
  }

  private static ObjectNode status(ToolCall call) {
    JsonNode status = Runs.status(call, Runs.wanted(call));
    ObjectNode answer = Shown.run(status);
    answer.set("steps", Runs.steps(status));
    long failed = Json.number(status, "failures_total").orElse(0);
    if (failed > 0) {
      answer.put("failed_tasks_total", failed);
      answer.set("failed_tasks", Failures.of(call, status));
    }
    ArrayNode longest = answer.putArray("longest_tasks");
    Json.stream(status.path("longest"))
        .limit(Failures.MOST_TASKS)
        .forEach(
            task -> {
              ObjectNode shown = longest.addObject();
              Shown.putText(shown, "task", task, "pathspec");
              Shown.putText(shown, "state", task, "state");
              Shown.putSeconds(shown, "duration_s", Json.number(task, "duration_ms"));
            });
    return answer;
  }

  private static ObjectNode compare(ToolCall call) {
    Pathspec run = Runs.wanted(call);
    Pathspec other =
        call.text("with")
            .map(with -> Pathspec.of(run.flow(), with.substring(with.lastIndexOf('/') + 1)))
            .orElseGet(() -> lastSuccess(call, run));
    JsonNode status = Runs.status(call, run);
    ObjectNode answer = Shown.object();
    answer.put("from", other.toString()).put("to", run.toString());
    List<String> order =
        Json.stream(status.path("steps"))
            .flatMap(step -> Json.text(step, "step_name").stream())
            .toList();
    answer.set(
        "changes",
        RunChanges.between(call, other, run).toJson(call.limit(MANY, MOST_CHANGES), order));
    return answer;
  }

  private static Pathspec lastSuccess(ToolCall call, Pathspec run) {
    String number = Json.text(Runs.status(call, run), "run_number").orElse("");
    return Runs.last(call, Pathspec.of(run.flow()), "completed", Optional.of(number))
        .map(Runs::name)
        .orElseThrow(
            () ->
                CommandFailure.failed(
                    "no run of '%s' before %s has completed; name a run in 'with'"
                        .formatted(run.flow(), run)));
  }
}
