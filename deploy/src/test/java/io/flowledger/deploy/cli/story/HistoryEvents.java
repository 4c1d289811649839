package io.flowledger.deploy.cli.story;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flowledger.deploy.cli.Json;

/** Events of a history as the server answers them, in the order in which they are made. */
final class HistoryEvents {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final String flow;
  private final long start;
  private long offset = -1;

  /**
   * @param start time of the first event, in epoch milliseconds; each other one is 100 ms later
   */
  HistoryEvents(String flow, long start) {
    this.flow = flow;
    this.start = start;
  }

  /** Registers something of a flow; {@code payload} is JSON with single quotes. */
  ObjectNode event(String type, String payload) {
    offset++;
    ObjectNode event = MAPPER.createObjectNode();
    event.put("position", "0@" + offset).put("type", type).put("ts_epoch", start + 100 * offset);
    event.put("flow_id", flow).putNull("run_number").putNull("step_name").putNull("task_id");
    event.put("user_name", "ada").putNull("credential").put("address", "127.0.0.1");
    event.put("verdict", "applied").putNull("reason");
    event.set("event", Json.parse(payload.replace('\'', '"')));
    return event;
  }

  ObjectNode ofRun(int run, String type, String payload) {
    return event(type, payload).put("run_number", run);
  }

  ObjectNode ofStep(int run, String step, String type, String payload) {
    return ofRun(run, type, payload).put("step_name", step);
  }

  ObjectNode ofTask(int run, String step, int task, String type, String payload) {
    return ofStep(run, step, type, payload).put("task_id", task);
  }

  /** Metadata of a task: names and values in turn, all of one attempt. */
  ObjectNode metadata(int run, String step, int task, int attempt, String... fields) {
    ArrayNode entries = MAPPER.createArrayNode();
    for (int i = 0; i < fields.length; i += 2) {
      entries
          .addObject()
          .put("field_name", fields[i])
          .put("value", fields[i + 1])
          .putArray("tags")
          .add("attempt_id:" + attempt);
    }
    return ofTask(run, step, task, "MetadataRecorded", "{'entries': " + entries + "}");
  }

  /** Artifacts of one attempt of a task. */
  ObjectNode artifacts(int run, String step, int task, int attempt, String... names) {
    ArrayNode entries = MAPPER.createArrayNode();
    for (String name : names) {
      entries.addObject().put("name", name).put("attempt_id", attempt);
    }
    return ofTask(run, step, task, "ArtifactsRecorded", "{'entries': " + entries + "}");
  }
}
