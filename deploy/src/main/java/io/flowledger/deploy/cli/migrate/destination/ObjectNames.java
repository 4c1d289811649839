package io.flowledger.deploy.cli.migrate.destination;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowledger.deploy.cli.Json;
import io.flowledger.deploy.cli.Visible;

/** What the line of an event is about, for people. */
final class ObjectNames {

  private ObjectNames() {}

  static String of(String line) {
    JsonNode json = Json.parse(line);
    StringBuilder name = new StringBuilder(Json.text(json, "type").orElse("?")).append(" of ");
    String separator = "";
    for (String part : new String[] {"flow_id", "run_number", "step_name", "task_id"}) {
      JsonNode value = json.path("event").path(part);
      if (value.isValueNode() && !value.isNull()) {
        name.append(separator).append(value.asText());
        separator = "/";
      }
    }
    return Visible.all(name.toString());
  }
}
