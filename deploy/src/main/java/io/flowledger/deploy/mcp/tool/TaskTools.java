package io.flowledger.deploy.mcp.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flowledger.deploy.cli.Json;
import io.flowledger.deploy.cli.Pathspec;
import io.flowledger.deploy.cli.Resource;
import io.flowledger.deploy.cli.ServerClient.Answer;
import java.util.List;

/** Tools about tasks. */
final class TaskTools {

  private static final int SOME = 50;
  private static final int MANY = 100;

  static final Tool TASKS =
      new Tool(
          "list_tasks",
          "List tasks of a step",
          "Lists the tasks of a step, newest first. For the failed ones run_status is shorter.",
          List.of(
              Parameter.text("pathspec", "The step: Flow/run/step.").needed(),
              Parameters.limit(SOME, MANY),
              Parameters.CURSOR),
          false,
          TaskTools::tasks);

  static final Tool DETAILS =
      new Tool(
          "task_details",
          "Metadata or artifacts of a task",
          "Tells what is recorded of a task: its metadata (newest first, with the attempt), or its"
              + " artifacts with hash, type and location. The contents of artifacts are in the"
              + " datastore of the user, not here.",
          List.of(
              Parameter.text("pathspec", "The task: Flow/run/step/task.").needed(),
              Parameter.text("what", "Metadata, the default, or artifacts.")
                  .oneOf("metadata", "artifacts"),
              Parameters.limit(SOME, MANY),
              Parameters.CURSOR),
          false,
          TaskTools::details);

  private TaskTools() {}

  private static ObjectNode tasks(ToolCall call) {
    Pathspec step = call.pathspec(3, 3, "TrainFlow/12/start");
    Answer page = call.page(Resource.of(step).under("tasks"), SOME, MANY);
    ObjectNode answer = Shown.object();
    ArrayNode tasks = answer.putArray("tasks");
    for (JsonNode task : page.json()) {
      ObjectNode shown =
          tasks.addObject().put("task", step + "/" + Json.text(task, "task_id").orElse("?"));
      Shown.putText(shown, "name", task, "task_name");
      Shown.putTime(shown, "created", task, "ts_epoch");
    }
    Shown.putMore(answer, page);
    return answer;
  }

  private static ObjectNode details(ToolCall call) {
    Pathspec task = call.pathspec(4, 4, "TrainFlow/12/start/34");
    String what = call.text("what").orElse("metadata");
    Answer page = call.page(Resource.of(task).under(what), SOME, MANY);
    ObjectNode answer = Shown.object().put("task", task.toString());
    ArrayNode rows = answer.putArray(what);
    for (JsonNode row : page.json()) {
      ObjectNode shown = rows.addObject();
      if (what.equals("metadata")) {
        Shown.putText(shown, "field", row, "field_name");
        Shown.putText(shown, "value", row, "value");
        Shown.putText(shown, "type", row, "type");
        Shown.putTime(shown, "at", row, "ts_epoch");
        Shown.putList(shown, "tags", Json.texts(row.path("tags")));
      } else {
        Shown.putText(shown, "name", row, "name");
        Json.number(row, "attempt_id").ifPresent(attempt -> shown.put("attempt", attempt));
        Shown.putText(shown, "sha", row, "sha");
        Shown.putText(shown, "content_type", row, "content_type");
        Shown.putText(shown, "datastore", row, "ds_type");
        Shown.putText(shown, "location", row, "location");
      }
    }
    Shown.putMore(answer, page);
    return answer;
  }
}
