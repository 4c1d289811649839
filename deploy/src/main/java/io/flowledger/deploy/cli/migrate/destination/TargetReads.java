package io.flowledger.deploy.cli.migrate.destination;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowledger.deploy.cli.Json;
import io.flowledger.deploy.cli.Pathspec;
import io.flowledger.deploy.cli.Resource;
import io.flowledger.deploy.cli.ServerClient;
import io.flowledger.deploy.cli.migrate.history.TaskPath;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Reads what the server has already. What no URL can name, it does not have. */
public final class TargetReads {

  private static final int PAGE = 500;

  private final ServerClient client;

  public TargetReads(ServerClient client) {
    this.client = client;
  }

  public Optional<JsonNode> flow(String flowId) {
    return find("flows", flowId);
  }

  public Optional<JsonNode> run(String flowId, long run) {
    return find("flows", flowId, "runs", Long.toString(run));
  }

  public Optional<JsonNode> step(String flowId, long run, String step) {
    return find("flows", flowId, "runs", Long.toString(run), "steps", step);
  }

  public Optional<JsonNode> task(TaskPath path) {
    return find(segments(path));
  }

  /** Numbers or names of all runs of a flow, whichever clients call them by. */
  public Set<String> runs(String flowId) {
    Set<String> runs = new HashSet<>();
    Optional<String> cursor = Optional.empty();
    do {
      ServerClient.Answer page =
          client.get(
              Resource.of("flows", flowId, "runs").with("_limit", PAGE).with("_cursor", cursor));
      Json.stream(page.json()).forEach(run -> runs.add(run.path("run_number").asText()));
      cursor = page.nextCursor();
    } while (cursor.isPresent());
    return runs;
  }

  /** Numbers of all metadata of a task. */
  public Set<Long> metadata(TaskPath path) {
    Set<Long> ids = new HashSet<>();
    if (!isReachable(segments(path))) {
      return ids;
    }
    Json.stream(client.get(Resource.of(segments(path)).under("metadata")).json())
        .forEach(row -> ids.add(row.path("id").asLong()));
    return ids;
  }

  /** Names of all artifacts of an attempt of a task. */
  public Set<String> artifacts(TaskPath path, int attempt) {
    Set<String> names = new HashSet<>();
    if (!isReachable(segments(path))) {
      return names;
    }
    Resource listing =
        Resource.of(segments(path))
            .under("attempt")
            .under(Integer.toString(attempt))
            .under("artifacts");
    Json.stream(client.get(listing).json()).forEach(row -> names.add(row.path("name").asText()));
    return names;
  }

  private static String[] segments(TaskPath path) {
    return new String[] {
      "flows",
      path.flowId(),
      "runs",
      "" + path.run(),
      "steps",
      path.step(),
      "tasks",
      "" + path.task()
    };
  }

  private Optional<JsonNode> find(String... segments) {
    if (!isReachable(segments)) {
      return Optional.empty();
    }
    return client.find(Resource.of(segments)).map(ServerClient.Answer::json);
  }

  private static boolean isReachable(String... segments) {
    return Pathspec.of(segments).isReachable();
  }
}
