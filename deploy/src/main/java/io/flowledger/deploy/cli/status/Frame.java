package io.flowledger.deploy.cli.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flowledger.deploy.cli.ServerClient;
import java.util.List;

/**
 * Frame of {@code status}: what it shows at one moment.
 *
 * @param text for people
 * @param answers that it is made of
 */
record Frame(String text, List<ServerClient.Answer> answers) {

  /** Fields that change while nothing happens. */
  private static final List<String> VOLATILE = List.of("as_of", "duration_ms", "last_heartbeat_ts");

  Frame {
    answers = List.copyOf(answers);
  }

  /** The answers without what changes while nothing happens. */
  List<JsonNode> essence() {
    return answers.stream().map(answer -> essence(answer.json())).toList();
  }

  private static JsonNode essence(JsonNode answer) {
    JsonNode copy = answer.deepCopy();
    for (JsonNode object : copy.findParents(VOLATILE.get(0))) {
      ((ObjectNode) object).remove(VOLATILE);
    }
    for (JsonNode longest : copy.path("longest")) {
      ((ObjectNode) longest).remove(VOLATILE);
    }
    return copy;
  }
}
