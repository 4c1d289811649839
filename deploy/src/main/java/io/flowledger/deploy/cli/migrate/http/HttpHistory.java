package io.flowledger.deploy.cli.migrate.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.Json;
import io.flowledger.deploy.cli.Listings;
import io.flowledger.deploy.cli.Pause;
import io.flowledger.deploy.cli.Resource;
import io.flowledger.deploy.cli.ServerClient;
import io.flowledger.deploy.cli.migrate.history.Artifact;
import io.flowledger.deploy.cli.migrate.history.Flow;
import io.flowledger.deploy.cli.migrate.history.History;
import io.flowledger.deploy.cli.migrate.history.HistoryVisitor;
import io.flowledger.deploy.cli.migrate.history.InventedNumbers;
import io.flowledger.deploy.cli.migrate.history.Losses;
import io.flowledger.deploy.cli.migrate.history.Metadata;
import io.flowledger.deploy.cli.migrate.history.Run;
import io.flowledger.deploy.cli.migrate.history.Step;
import io.flowledger.deploy.cli.migrate.history.Tags;
import io.flowledger.deploy.cli.migrate.history.Task;
import io.flowledger.deploy.cli.migrate.history.TaskPath;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The history that a service with the API of Metaflow's answers over HTTP. It tells the numbers of
 * runs and tasks only that have no names; those that have get others, which nobody sees.
 */
public final class HttpHistory implements History {

  private static final String NONE = " ";

  private final String url;
  private final ServerClient client;
  private final Losses losses;
  private String cachedFlow = "";
  private List<Run> cachedRuns = List.of();

  private HttpHistory(String url, ServerClient client, Losses losses) {
    this.url = url;
    this.client = client;
    this.losses = losses;
  }

  /**
   * @param headers of each request
   * @throws CommandFailure when it does not answer as such a service
   */
  public static HttpHistory open(
      String url, Map<String, String> headers, Pause pause, Losses losses) {
    if (!url.matches("https?://[^/?#]+[^?#]*")) {
      throw CommandFailure.failed("'%s' is no URL of a service".formatted(url));
    }
    String root = url.replaceFirst("/+$", "");
    return new HttpHistory(root, new ServerClient(root, headers, Optional.empty(), pause), losses);
  }

  @Override
  public String name() {
    return "http " + url;
  }

  private void each(Resource listing, Consumer<JsonNode> visitor) {
    try {
      Listings.each(client, listing, visitor);
    } catch (CommandFailure e) {
      throw CommandFailure.failed(
          "cannot read the service at %s: %s"
              .formatted(url, String.valueOf(e.getMessage()).split("; ", 2)[0]));
    }
  }

  @Override
  public List<Flow> flows() {
    cachedFlow = "";
    List<Flow> flows = new ArrayList<>();
    each(
        Resource.of("flows"),
        row -> {
          String flowId = row.path("flow_id").asText();
          String what = "flow " + flowId;
          flows.add(
              new Flow(
                  flowId,
                  text(row, "user_name"),
                  time(row),
                  tags(row, "tags", what),
                  tags(row, "system_tags", what)));
        });
    flows.sort(Comparator.comparing(Flow::flowId));
    return flows;
  }

  @Override
  public List<Run> runs(String flowId, long after, int most) {
    if (!cachedFlow.equals(flowId)) {
      List<Run> runs = new ArrayList<>();
      each(Resource.of("flows", flowId, "runs"), row -> runs.add(run(flowId, row)));
      runs.sort(Comparator.comparingLong(Run::number));
      cachedFlow = flowId;
      cachedRuns = runs;
    }
    return cachedRuns.stream().filter(run -> run.number() > after).limit(most).toList();
  }

  private Run run(String flowId, JsonNode row) {
    JsonNode id = row.path("run_number");
    String what = "run %s/%s".formatted(flowId, id.asText());
    boolean isNumber = id.isIntegralNumber();
    return new Run(
        flowId,
        isNumber ? id.asLong() : InventedNumbers.of(flowId, id.asText()),
        isNumber ? null : id.asText(),
        text(row, "user_name"),
        time(row),
        Tags.orNone(tags(row, "tags", what)),
        Tags.orNone(tags(row, "system_tags", what)),
        number(row, "last_heartbeat_ts"));
  }

  private static @Nullable String text(JsonNode row, String field) {
    return Json.text(row, field).orElse(null);
  }

  private static @Nullable Long number(JsonNode row, String field) {
    return row.path(field).isIntegralNumber() ? Long.valueOf(row.path(field).asLong()) : null;
  }

  private static long time(JsonNode row) {
    return row.path("ts_epoch").asLong();
  }

  private @Nullable List<String> tags(JsonNode row, String field, String what) {
    return Tags.of(row.path(field), how -> losses.changed(what, how));
  }

  // ---- a run -----------------------------------------------------------------------------------

  private static Resource of(Run run) {
    return Resource.of("flows", run.flowId(), "runs", run.shownId());
  }

  @Override
  public void outline(Run run, HistoryVisitor visitor) {
    visit(run, visitor, false);
  }

  @Override
  public void contents(Run run, HistoryVisitor visitor) {
    visit(run, visitor, true);
  }

  private void visit(Run run, HistoryVisitor visitor, boolean whole) {
    List<Step> steps = new ArrayList<>();
    each(
        of(run).under("steps"),
        row ->
            steps.add(
                new Step(
                    run.flowId(),
                    run.number(),
                    row.path("step_name").asText(),
                    text(row, "user_name"),
                    time(row),
                    run.tags(),
                    run.systemTags())));
    steps.sort(Comparator.comparingLong(Step::tsEpoch).thenComparing(Step::name));
    steps.forEach(visitor::step);
    for (Step step : steps) {
      List<Task> tasks = new ArrayList<>();
      Resource listing = of(run).under("steps").under(step.name()).under("tasks");
      each(listing, row -> tasks.add(task(run, step, row)));
      tasks.sort(Comparator.comparingLong(task -> task.path().task()));
      for (Task task : tasks) {
        visitor.task(task);
        if (whole) {
          records(task, listing.under(task.shownId()), visitor);
        }
      }
    }
  }

  private static Task task(Run run, Step step, JsonNode row) {
    JsonNode id = row.path("task_id");
    boolean isNumber = id.isIntegralNumber();
    long number =
        isNumber
            ? id.asLong()
            : InventedNumbers.of(run.flowId(), run.shownId(), step.name(), id.asText());
    return new Task(
        new TaskPath(run.flowId(), run.number(), step.name(), number),
        isNumber ? null : id.asText(),
        text(row, "user_name"),
        time(row),
        run.tags(),
        run.systemTags(),
        number(row, "last_heartbeat_ts"));
  }

  private void records(Task task, Resource path, HistoryVisitor visitor) {
    List<Metadata> metadata = new ArrayList<>();
    each(path.under("metadata"), row -> metadata.add(metadata(row, "metadata of " + path)));
    metadata.sort(Comparator.comparingLong(Metadata::tsEpoch).thenComparingLong(Metadata::id));
    if (!metadata.isEmpty()) {
      visitor.metadata(task.path(), metadata);
    }
    List<Artifact> artifacts = new ArrayList<>();
    each(path.under("artifacts"), row -> artifacts.add(artifact(row, "artifact of " + path)));
    int latest = artifacts.stream().mapToInt(Artifact::attempt).max().orElse(0);
    for (int attempt = 0; attempt < latest; attempt++) {
      each(
          path.under("attempt").under(Integer.toString(attempt)).under("artifacts"),
          row -> artifacts.add(artifact(row, "artifact of " + path)));
    }
    artifacts.sort(
        Comparator.comparingLong(Artifact::tsEpoch)
            .thenComparingInt(Artifact::attempt)
            .thenComparing(Artifact::name));
    if (!artifacts.isEmpty()) {
      visitor.artifacts(task.path(), artifacts);
    }
  }

  private Metadata metadata(JsonNode row, String what) {
    return new Metadata(
        row.path("id").asLong(),
        Json.text(row, "field_name").orElse(NONE),
        Json.text(row, "value").orElse(NONE),
        Json.text(row, "type").orElse(NONE),
        text(row, "user_name"),
        time(row),
        tags(row, "tags", what),
        tags(row, "system_tags", what));
  }

  private Artifact artifact(JsonNode row, String what) {
    return new Artifact(
        row.path("name").asText(),
        row.path("attempt_id").asInt(),
        Json.text(row, "location").orElse(NONE),
        Json.text(row, "ds_type").orElse(NONE),
        text(row, "sha"),
        text(row, "type"),
        text(row, "content_type"),
        text(row, "user_name"),
        time(row),
        tags(row, "tags", what),
        tags(row, "system_tags", what));
  }

  @Override
  public long rows() {
    return 0;
  }

  @Override
  public void close() {}
}
