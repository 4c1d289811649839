package io.flowledger.deploy.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.function.Consumer;

/** Long listings of a server, a row at a time. */
public final class Listings {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Listings() {}

  /**
   * Visits all rows of one, while they come.
   *
   * @throws CommandFailure when there is no whole list
   */
  public static void each(ServerClient client, Resource listing, Consumer<JsonNode> visitor) {
    try (InputStream in = client.stream(listing, Map.of("Accept", "application/json"));
        JsonParser rows = JSON.createParser(in)) {
      if (rows.nextToken() != JsonToken.START_ARRAY) {
        throw CommandFailure.failed("the answer of %s is no list".formatted(listing));
      }
      while (rows.nextToken() != JsonToken.END_ARRAY) {
        JsonNode row = rows.readValueAsTree();
        visitor.accept(row);
      }
    } catch (IOException e) {
      throw CommandFailure.failed("cannot read %s: %s".formatted(listing, Faults.why(e)));
    }
  }
}
