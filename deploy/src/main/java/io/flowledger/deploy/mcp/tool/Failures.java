package io.flowledger.deploy.mcp.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.Json;
import io.flowledger.deploy.cli.Pathspec;
import io.flowledger.deploy.cli.Resource;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Failed tasks with what is known of why. Metaflow records with the service that an attempt has
 * failed, and where the exception is: its text and traceback are the artifact {@code _exception},
 * pickled in the datastore, which the service does not read. What a step has recorded of itself,
 * and what a scheduler has, is in the metadata.
 */
final class Failures {

  /** Each costs two requests. */
  static final int MOST_TASKS = 5;

  private static final String EXCEPTION = "_exception";
  private static final String ATTEMPT_TAG = "attempt_id:";
  private static final int MOST_METADATA = 200;
  private static final int MOST_SHOWN = 25;

  private Failures() {}

  /** Those that the status of a run names. */
  static ArrayNode of(ToolCall call, JsonNode status) {
    ArrayNode tasks = Shown.array();
    Json.stream(status.path("failures"))
        .limit(MOST_TASKS)
        .forEach(failure -> tasks.add(task(call, failure)));
    return tasks;
  }

  private static ObjectNode task(ToolCall call, JsonNode failure) {
    String name = Json.text(failure, "pathspec").orElse("?");
    String attempt = Json.text(failure, "attempt").orElse("0");
    ObjectNode task = Shown.object().put("task", name).put("attempt", Long.parseLong(attempt));
    Shown.putTime(task, "failed_at", failure, "failed_at");
    Pathspec pathspec = new Pathspec(Arrays.asList(name.split("/")));
    try {
      Resource resource = Resource.of(pathspec);
      metadata(
          call.get(resource.under("metadata").with("_limit", MOST_METADATA)).json(), attempt, task);
      exception(call.find(resource.under("artifacts").under(EXCEPTION)), attempt, name, task);
    } catch (CommandFailure unreadable) {
      task.put("not_readable", unreadable.getMessage());
    }
    return task;
  }

  private static void metadata(JsonNode newestFirst, String last, ObjectNode task) {
    Map<Long, ObjectNode> attempts = new TreeMap<>();
    ObjectNode shown = Shown.object();
    int more = 0;
    for (JsonNode row : newestFirst) {
      String field = Json.text(row, "field_name").orElse("");
      Optional<String> attempt = attempt(row);
      if (field.equals("attempt_ok") && attempt.filter(a -> a.matches("\\d{1,9}")).isPresent()) {
        ObjectNode one = Shown.object().put("attempt", Long.parseLong(attempt.get()));
        one.put("ok", "True".equals(Json.text(row, "value").orElse("")));
        Shown.putTime(one, "ended", row, "ts_epoch");
        attempts.putIfAbsent(Long.parseLong(attempt.get()), one);
      } else if (MetadataFields.isOwn(field) && attempt.map(last::equals).orElse(true)) {
        if (shown.size() < MOST_SHOWN) {
          shown.putIfAbsent(field, Shown.array().textNode(Shown.text(value(row))));
        } else {
          more++;
        }
      }
    }
    if (attempts.size() > 1) {
      ArrayNode all = task.putArray("attempts");
      attempts.values().forEach(all::add);
    }
    if (!shown.isEmpty()) {
      task.set("metadata", shown);
    }
    if (more > 0) {
      task.put("more_metadata", "%d more; see task_details".formatted(more));
    }
  }

  private static String value(JsonNode row) {
    return Json.text(row, "value").orElse("");
  }

  /** By the tag that Metaflow gives metadata; empty where it has none. */
  private static Optional<String> attempt(JsonNode row) {
    return Json.texts(row.path("tags")).stream()
        .filter(tag -> tag.startsWith(ATTEMPT_TAG))
        .map(tag -> tag.substring(ATTEMPT_TAG.length()))
        .findFirst();
  }

  private static void exception(
      Optional<JsonNode> artifact, String attempt, String task, ObjectNode to) {
    ObjectNode exception = to.putObject("exception");
    if (artifact.flatMap(found -> Json.text(found, "attempt_id")).equals(Optional.of(attempt))) {
      JsonNode found = artifact.get();
      exception.put("artifact", EXCEPTION);
      Shown.putText(exception, "sha", found, "sha");
      Shown.putText(exception, "content_type", found, "content_type");
      Shown.putText(exception, "datastore", found, "ds_type");
      Shown.putText(exception, "location", found, "location");
      Snippets.exception(task).ifPresent(python -> exception.put("read_it", python));
    } else {
      exception.put(
          "missing",
          "no artifact _exception of this attempt: the process ended without saving it (killed, out"
              + " of memory, machine lost), or the failure was before the step's own code");
      Snippets.stderr(task).ifPresent(python -> exception.put("read_it", python));
    }
  }
}
