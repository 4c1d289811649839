package io.flowledger.deploy.cli.migrate.history;

import io.flowledger.projector.chain.Sha256;
import io.flowledger.projector.text.JsonText;
import io.flowledger.schemas.EventIds;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rows of another store as the events that an import reads, a line each. An event has one time, so
 * rows of a task that have the same time become one event, and others events of their own.
 *
 * <p>The identifier of an event is made of what it registers or records, and of nothing that may
 * change later: whatever is migrated again has the same one, and is left out.
 */
public final class EventLines {

  private static final int MOST_ENTRIES = 1000;
  private static final int MOST_CHARACTERS = 200_000;
  private static final int TYPICAL = 512;
  private static final int ID_BYTES = 10;
  private static final long MILLIS = 1000;

  private final MessageDigest digest = Sha256.create();
  private final String writtenBy;

  /**
   * @param writtenBy program and version that the events name as theirs
   */
  public EventLines(String writtenBy) {
    this.writtenBy = writtenBy;
  }

  public String flow(Flow flow) {
    JsonText json =
        begin("FlowRegistered", flow.tsEpoch(), "flow", flow.flowId())
            .raw(", \"flow_id\": ")
            .string(flow.flowId());
    owned(json, flow.userName(), flow.tags(), flow.systemTags());
    return end(json, flow.tsEpoch());
  }

  public String run(Run run) {
    JsonText json =
        begin("RunRegistered", run.tsEpoch(), "run", run.flowId(), "" + run.number(), run.runId());
    json.raw(", \"flow_id\": ").string(run.flowId());
    json.raw(", \"run_number\": ").number(run.number());
    json.raw(", \"run_id\": ").string(run.runId());
    owned(json, run.userName(), run.tags(), run.systemTags());
    Optional<Long> first = firstHeartbeat(run);
    json.raw(", \"heartbeat_ts\": ").raw(first.map(String::valueOf).orElse("null"));
    return end(json, run.tsEpoch());
  }

  /** Only the last one is known; the first one is not after it, and not before the run. */
  private static Optional<Long> firstHeartbeat(Run run) {
    return Optional.ofNullable(run.heartbeat())
        .map(last -> Math.max(0, Math.min(last, run.tsEpoch() / MILLIS)));
  }

  /** The last heartbeat of a run, where it is another one than its first. */
  public Optional<String> heartbeat(Run run) {
    Long last = run.heartbeat();
    return last == null || firstHeartbeat(run).filter(last::equals).isPresent()
        ? Optional.empty()
        : Optional.of(heartbeat(run.flowId(), run.number(), "null", last));
  }

  public Optional<String> heartbeat(Task task) {
    TaskPath path = task.path();
    return Optional.ofNullable(task.heartbeat())
        .map(last -> heartbeat(path.flowId(), path.run(), "" + path.task(), last));
  }

  private static String heartbeat(String flowId, long run, String task, long seconds) {
    return new JsonText(TYPICAL)
        .raw("{\"type\": \"Heartbeat\", \"event\": {\"flow_id\": ")
        .string(flowId)
        .raw(", \"run_number\": ")
        .number(run)
        .raw(", \"task_id\": ")
        .raw(task)
        .raw(", \"ts_epoch\": ")
        .number(seconds * MILLIS)
        .raw("}}")
        .toString();
  }

  public String step(Step step) {
    JsonText json =
        begin(
            "StepRegistered", step.tsEpoch(), "step", step.flowId(), "" + step.run(), step.name());
    json.raw(", \"flow_id\": ").string(step.flowId());
    json.raw(", \"run_number\": ").number(step.run());
    json.raw(", \"step_name\": ").string(step.name());
    owned(json, step.userName(), step.tags(), step.systemTags());
    return end(json, step.tsEpoch());
  }

  /** Its heartbeat is a line of its own: a first one would beat its run, too. */
  public String task(Task task) {
    TaskPath path = task.path();
    JsonText json =
        begin("TaskRegistered", task.tsEpoch(), "task", path.toString(), task.taskName());
    path(json, path);
    json.raw(", \"task_name\": ").string(task.taskName());
    owned(json, task.userName(), task.tags(), task.systemTags());
    json.raw(", \"heartbeat_ts\": null");
    return end(json, task.tsEpoch());
  }

  /**
   * @param rows ascending by time
   */
  public List<String> metadata(TaskPath task, List<Metadata> rows) {
    List<String> lines = new ArrayList<>();
    int start = 0;
    while (start < rows.size()) {
      int end = start;
      int characters = 0;
      do {
        characters += rows.get(end++).value().length();
      } while (end < rows.size()
          && rows.get(end).tsEpoch() == rows.get(start).tsEpoch()
          && end - start < MOST_ENTRIES
          && characters < MOST_CHARACTERS);
      lines.add(metadataEvent(task, rows.subList(start, end)));
      start = end;
    }
    return lines;
  }

  private String metadataEvent(TaskPath task, List<Metadata> rows) {
    long tsEpoch = rows.get(0).tsEpoch();
    String[] ids = rows.stream().map(row -> Long.toString(row.id())).toArray(String[]::new);
    JsonText json =
        begin("MetadataRecorded", tsEpoch, "metadata", task.toString(), String.join(",", ids));
    path(json, task);
    String before = ", \"entries\": [{\"id\": ";
    for (Metadata row : rows) {
      json.raw(before).number(row.id());
      json.raw(", \"field_name\": ").string(row.fieldName());
      json.raw(", \"value\": ").string(row.value());
      json.raw(", \"type\": ").string(row.type());
      owned(json, row.userName(), row.tags(), row.systemTags());
      before = "}, {\"id\": ";
    }
    return end(json.raw("}]"), tsEpoch);
  }

  /**
   * @param rows ascending by time
   */
  public List<String> artifacts(TaskPath task, List<Artifact> rows) {
    List<String> lines = new ArrayList<>();
    int start = 0;
    while (start < rows.size()) {
      int end = start + 1;
      while (end < rows.size()
          && rows.get(end).tsEpoch() == rows.get(start).tsEpoch()
          && end - start < MOST_ENTRIES) {
        end++;
      }
      lines.add(artifactsEvent(task, rows.subList(start, end)));
      start = end;
    }
    return lines;
  }

  private String artifactsEvent(TaskPath task, List<Artifact> rows) {
    long tsEpoch = rows.get(0).tsEpoch();
    StringBuilder names = new StringBuilder();
    rows.forEach(row -> names.append(row.attempt()).append('/').append(row.name()).append('\0'));
    JsonText json =
        begin("ArtifactsRecorded", tsEpoch, "artifacts", task.toString(), names.toString());
    path(json, task);
    String before = ", \"entries\": [{\"name\": ";
    for (Artifact row : rows) {
      json.raw(before).string(row.name());
      json.raw(", \"attempt_id\": ").number(row.attempt());
      json.raw(", \"location\": ").string(row.location());
      json.raw(", \"ds_type\": ").string(row.dsType());
      json.raw(", \"sha\": ").string(row.sha());
      json.raw(", \"type\": ").string(row.type());
      json.raw(", \"content_type\": ").string(row.contentType());
      owned(json, row.userName(), row.tags(), row.systemTags());
      before = "}, {\"name\": ";
    }
    return end(json.raw("}]"), tsEpoch);
  }

  /**
   * A change of the tags of a run, which nobody can tell from another one like it later.
   *
   * @param now epoch milliseconds
   */
  public String tags(Run run, List<String> removed, List<String> added, long now) {
    JsonText json =
        new JsonText(TYPICAL)
            .raw("{\"type\": \"RunTagsMutated\", \"event\": {\"event_id\": ")
            .string(EventIds.toHex(EventIds.next(now)))
            .raw(", \"flow_id\": ")
            .string(run.flowId())
            .raw(", \"run_number\": ")
            .number(run.number())
            .raw(", \"tags_to_remove\": ")
            .strings(removed)
            .raw(", \"tags_to_add\": ")
            .strings(added);
    return end(json, now);
  }

  // ---- parts -----------------------------------------------------------------------------------

  private JsonText begin(String type, long tsEpoch, @Nullable String... identity) {
    for (String part : identity) {
      digest.update(part == null ? new byte[] {1} : part.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
    }
    digest.update(Long.toString(tsEpoch).getBytes(StandardCharsets.UTF_8));
    String random = HexFormat.of().formatHex(digest.digest(), 0, ID_BYTES);
    return new JsonText(TYPICAL)
        .raw("{\"type\": \"")
        .raw(type)
        .raw("\", \"event\": {\"event_id\": \"")
        .raw(HexFormat.of().toHexDigits(tsEpoch, 2 * (Long.BYTES - 2)))
        .raw(random)
        .raw("\"");
  }

  private static void path(JsonText json, TaskPath path) {
    json.raw(", \"flow_id\": ").string(path.flowId());
    json.raw(", \"run_number\": ").number(path.run());
    json.raw(", \"step_name\": ").string(path.step());
    json.raw(", \"task_id\": ").number(path.task());
  }

  private static void owned(
      JsonText json,
      @Nullable String userName,
      @Nullable List<String> tags,
      @Nullable List<String> systemTags) {
    json.raw(", \"user_name\": ").string(userName);
    json.raw(", \"tags\": ").strings(tags);
    json.raw(", \"system_tags\": ").strings(systemTags);
  }

  private String end(JsonText json, long tsEpoch) {
    return json.raw(", \"ts_epoch\": ")
        .number(tsEpoch)
        .raw(", \"origin\": null, \"written_by\": ")
        .string(writtenBy)
        .raw("}}")
        .toString();
  }
}
