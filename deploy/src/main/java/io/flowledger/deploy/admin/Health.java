package io.flowledger.deploy.admin;

import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.text.JsonText;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a server is: well where it answers reads and takes writes. The two are told apart where one
 * of them is not.
 *
 * @param reads whether the views answer
 * @param noWrites why the log cannot be written now; empty where it can
 * @param warnings of what works, but should not be so
 */
record Health(ReadModel.Readiness reads, Optional<String> noWrites, List<String> warnings) {

  boolean isUp() {
    return reads.ready() && noWrites.isEmpty();
  }

  String toJson() {
    JsonText json = new JsonText(128).raw("{\"status\": ").string(word(isUp()));
    if (!isUp()) {
      json.raw(", \"reads\": ").string(word(reads.ready()));
      json.raw(", \"writes\": ").string(word(noWrites.isEmpty()));
    }
    String message =
        Stream.of(noWrites.orElse(""), reads.explanation())
            .filter(text -> !text.isEmpty())
            .collect(Collectors.joining("; "));
    if (!message.isEmpty()) {
      json.raw(", \"message\": ").string(message);
    }
    if (!warnings.isEmpty()) {
      json.raw(", \"warning\": ").string(String.join("; ", warnings));
    }
    return json.raw("}").toString();
  }

  private static String word(boolean up) {
    return up ? "UP" : "DOWN";
  }
}
