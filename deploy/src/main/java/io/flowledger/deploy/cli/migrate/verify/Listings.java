package io.flowledger.deploy.cli.migrate.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.Faults;
import io.flowledger.deploy.cli.Resource;
import io.flowledger.deploy.cli.ServerClient;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.function.Consumer;

/** Long listings of a server, a row at a time. */
public final class Listings {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Listings() {}

  /** Visits all rows of one. */
  public static void each(ServerClient client, Resource listing, Consumer<JsonNode> visitor) {
    try (InputStream in = client.stream(listing, Map.of("Accept", "application/json"));
        MappingIterator<JsonNode> rows = JSON.readerFor(JsonNode.class).readValues(in)) {
      while (rows.hasNextValue()) {
        visitor.accept(rows.nextValue());
      }
    } catch (IOException e) {
      throw CommandFailure.failed("cannot read %s: %s".formatted(listing, Faults.why(e)));
    }
  }
}
