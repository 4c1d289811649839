package io.flowledger.deploy.cli.migrate.destination;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowledger.deploy.cli.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Ranges of numbers that a server gives itself, as it tells them after a rehearsal. */
final class Given {

  private Given() {}

  static Map<String, List<long[]>> in(JsonNode json) {
    Map<String, List<long[]>> given = new LinkedHashMap<>();
    json.properties()
        .forEach(
            sequence ->
                given.put(
                    sequence.getKey(),
                    Json.stream(sequence.getValue())
                        .map(range -> new long[] {range.path(0).asLong(), range.path(1).asLong()})
                        .toList()));
    return given;
  }
}
