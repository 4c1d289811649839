package io.flowledger.deploy.mcp.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.Moments;
import io.flowledger.deploy.cli.ServerClient;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Tool for models: what it is told about, and what it does. Knows nothing of the protocol by which
 * it is called.
 *
 * @param title for people
 * @param description for the model that chooses among tools
 * @param writes whether it changes anything
 * @param work answers a call with a JSON object
 */
public record Tool(
    String name,
    String title,
    String description,
    List<Parameter> parameters,
    boolean writes,
    Function<ToolCall, ObjectNode> work) {

  /** What a model can be expected to read, and to pay for. */
  private static final int MOST_CHARACTERS = 60_000;

  /** What it takes, as JSON Schema. */
  public Map<String, Object> schema() {
    Map<String, Object> properties = new LinkedHashMap<>();
    parameters.forEach(parameter -> properties.put(parameter.name(), parameter.schema()));
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", "object");
    schema.put("properties", properties);
    schema.put(
        "required", parameters.stream().filter(Parameter::required).map(Parameter::name).toList());
    schema.put("additionalProperties", false);
    return schema;
  }

  /**
   * Answers a call.
   *
   * @param client asks the server as whoever calls
   * @return JSON
   * @throws CommandFailure with a message for the model, when it cannot
   */
  public String call(ServerClient client, Moments moments, Map<String, Object> arguments) {
    String answer = work.apply(new ToolCall(client, moments, parameters, arguments)).toString();
    if (answer.length() > MOST_CHARACTERS) {
      throw CommandFailure.failed(
          "the answer would have %d characters, more than %d; ask for less, with a smaller limit"
              .formatted(answer.length(), MOST_CHARACTERS));
    }
    return answer;
  }
}
