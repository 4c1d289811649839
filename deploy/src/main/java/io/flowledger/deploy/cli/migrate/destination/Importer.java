package io.flowledger.deploy.cli.migrate.destination;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.Json;
import io.flowledger.deploy.cli.Resource;
import io.flowledger.deploy.cli.ServerClient;
import io.flowledger.deploy.cli.Session;
import io.flowledger.deploy.cli.Visible;
import io.flowledger.deploy.cli.migrate.history.Losses;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Has chunks imported by the server, one after the other. */
public final class Importer {

  private static final Resource IMPORT = Resource.of("flowledger", "import");
  private static final Duration BUSY_PAUSE = Duration.ofMillis(500);
  private static final int MOST_PAUSES = 1200;

  /** What the server says while another import goes on. */
  private static final String BUSY = "an import is under way";

  private final Session session;
  private final Losses losses;

  public Importer(Session session, Losses losses) {
    this.session = session;
    this.losses = losses;
  }

  /**
   * What has become of a chunk.
   *
   * @param given ranges of numbers that the server gives itself, by sequence; of rehearsals only
   */
  public record Outcome(
      long imported,
      long present,
      long heartbeats,
      long refused,
      Map<String, List<long[]>> given) {}

  /**
   * Imports a chunk.
   *
   * @param reserved numbers up to which the server is to give none away, by sequence
   * @throws CommandFailure when something in it collides with what is there, or nothing answers
   */
  public Outcome run(Chunk chunk, Map<String, Long> reserved) {
    Resource to = IMPORT;
    for (Map.Entry<String, Long> last : reserved.entrySet()) {
      to = to.with(last.getKey(), last.getValue());
    }
    return post(to, chunk, true);
  }

  /** Says what would become of a chunk. */
  public Outcome rehearse(Chunk chunk) {
    return post(IMPORT.with("dry_run", "true"), chunk, false);
  }

  /**
   * Waits until no import goes on: one that this command began when it was killed may.
   *
   * @throws CommandFailure when the server would import what it is to rehearse
   */
  public void awaitIdle() {
    rehearse(new Chunk());
  }

  private Outcome post(Resource to, Chunk chunk, boolean tells) {
    for (int pauses = 0; ; pauses++) {
      try {
        return outcome(answer(to, chunk, !tells), chunk, tells);
      } catch (CommandFailure e) {
        if (!String.valueOf(e.getMessage()).contains(BUSY) || pauses == MOST_PAUSES) {
          throw e;
        }
      }
      session.pause(BUSY_PAUSE);
    }
  }

  /** The last line of the answer; those before it tell of the progress. */
  private JsonNode answer(Resource to, Chunk chunk, boolean rehearsed) {
    List<JsonNode> last = new ArrayList<>(1);
    ServerClient client = session.client();
    client.post(
        to,
        BodyPublishers.ofByteArray(chunk.memory(), 0, chunk.length()),
        line -> {
          last.clear();
          last.add(Json.parse(line));
          return true;
        });
    JsonNode summary = last.isEmpty() ? Json.parse("{}") : last.get(0);
    Optional<String> failure = Json.text(summary, "message");
    if (failure.isPresent()) {
      throw CommandFailure.failed(Visible.all(failure.get()));
    }
    if (!summary.has("imported") || summary.has("phase")) {
      throw CommandFailure.failed("the server has not said how the import ended; run this again");
    }
    if (rehearsed && !summary.has("given")) {
      throw CommandFailure.failed(
          "the server is of an earlier version, which rehearses no imports");
    }
    return summary;
  }

  private Outcome outcome(JsonNode summary, Chunk chunk, boolean tells) {
    long refused = count(summary, "refused");
    if (refused > 0 && tells) {
      long told = 0;
      for (JsonNode refusal : summary.path("first_refusals")) {
        told++;
        losses.refused(
            ObjectNames.of(chunk.line(count(refusal, "line"))),
            Json.text(refusal, "reason").orElse(""));
      }
      if (refused > told) {
        losses.refused(refused - told, "others", "as those before");
      }
    }
    return new Outcome(
        count(summary, "imported"),
        count(summary, "present"),
        count(summary, "heartbeats"),
        refused,
        Given.in(summary.path("given")));
  }

  private static long count(JsonNode json, String field) {
    return Json.number(json, field).orElse(0);
  }
}
