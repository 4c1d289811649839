package io.flowledger.deploy.cli.migrate.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/** Headers that the other service is sent, from variables named as those of Metaflow's clients. */
public final class SourceHeaders {

  private static final String KEY = "METAFLOW_SOURCE_AUTH_KEY";
  private static final String HEADERS = "METAFLOW_SOURCE_HEADERS";

  private SourceHeaders() {}

  public static Map<String, String> of(Map<String, String> environment) {
    Map<String, String> headers = new LinkedHashMap<>();
    String json = environment.getOrDefault(HEADERS, "");
    if (!json.isEmpty()) {
      JsonNode object;
      try {
        object = Json.parse(json);
      } catch (CommandFailure e) {
        throw wrong(); // what is in it may be secret
      }
      if (!object.isObject()) {
        throw wrong();
      }
      object.properties().forEach(field -> headers.put(field.getKey(), field.getValue().asText()));
    }
    String key = environment.getOrDefault(KEY, "");
    if (!key.isEmpty()) {
      headers.put("x-api-key", key);
    }
    return headers;
  }

  private static CommandFailure wrong() {
    return CommandFailure.failed(HEADERS + " is no JSON object of headers");
  }
}
