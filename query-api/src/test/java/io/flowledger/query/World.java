package io.flowledger.query;

import io.flowledger.event.ArtifactEntry;
import io.flowledger.event.ArtifactsRecorded;
import io.flowledger.event.FlowRegistered;
import io.flowledger.event.Heartbeat;
import io.flowledger.event.MetadataEntry;
import io.flowledger.event.MetadataRecorded;
import io.flowledger.event.RunRegistered;
import io.flowledger.event.RunTagsMutated;
import io.flowledger.event.StepRegistered;
import io.flowledger.event.TaskRegistered;
import io.flowledger.projector.LocalReadModel;
import io.flowledger.projector.MemoryRegistry;
import io.flowledger.projector.readmodel.RunRow;
import io.flowledger.projector.readmodel.View;
import io.flowledger.schemas.EventIds;
import io.flowledger.schemas.Identifier;
import io.flowledger.schemas.Position;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Objects for tests to read, each made by one short call. Times are epoch milliseconds. */
final class World implements AutoCloseable {

  private final LocalReadModel views;
  private long lastMetadata;

  World(Path directory, int partitions) {
    views =
        new LocalReadModel(
            directory, partitions, MemoryRegistry.serde(LocalReadModel.topics(partitions)));
  }

  LocalReadModel views() {
    return views;
  }

  View view(String flowId) {
    return views.view(views.partitionOf(flowId));
  }

  RunRow run(String flowId, long number) {
    return view(flowId).run(flowId, new Identifier.Number(number)).orElseThrow();
  }

  Position flow(String flowId, long tsEpoch) {
    return views.apply(
        new FlowRegistered(
            EventIds.next(tsEpoch), flowId, null, null, null, tsEpoch, null, "test", null));
  }

  Position run(String flowId, long number, long tsEpoch) {
    return run(flowId, number, null, null, List.of(), List.of(), null, tsEpoch);
  }

  Position run(
      String flowId,
      long number,
      @Nullable String runId,
      @Nullable String userName,
      List<String> tags,
      List<String> systemTags,
      @Nullable Long heartbeatSeconds,
      long tsEpoch) {
    return views.apply(
        new RunRegistered(
            EventIds.next(tsEpoch),
            flowId,
            number,
            runId,
            userName,
            tags,
            systemTags,
            heartbeatSeconds,
            tsEpoch,
            null,
            "test",
            null));
  }

  Position step(String flowId, long run, String stepName, long tsEpoch) {
    return views.apply(
        new StepRegistered(
            EventIds.next(tsEpoch),
            flowId,
            run,
            stepName,
            "",
            null,
            null,
            tsEpoch,
            null,
            "test",
            null));
  }

  Position task(String flowId, long run, String stepName, long id, long tsEpoch) {
    return task(flowId, run, stepName, id, null, null, null, tsEpoch);
  }

  Position task(
      String flowId,
      long run,
      String stepName,
      long id,
      @Nullable String taskName,
      @Nullable String userName,
      @Nullable Long heartbeatSeconds,
      long tsEpoch) {
    return views.apply(
        new TaskRegistered(
            EventIds.next(tsEpoch),
            flowId,
            run,
            stepName,
            id,
            taskName,
            userName,
            null,
            null,
            heartbeatSeconds,
            tsEpoch,
            null,
            "test",
            null));
  }

  Position metadata(
      String flowId,
      long run,
      String stepName,
      long task,
      String fieldName,
      String value,
      long tsEpoch) {
    return metadata(flowId, run, stepName, task, fieldName, value, null, tsEpoch);
  }

  /** An attempt begins. */
  Position attempt(String flowId, long run, String stepName, long task, int attempt, long tsEpoch) {
    String number = Integer.toString(attempt);
    return metadata(flowId, run, stepName, task, "attempt", number, tags(attempt), tsEpoch);
  }

  /** An attempt succeeds or fails. */
  Position outcome(
      String flowId, long run, String stepName, long task, int attempt, boolean ok, long tsEpoch) {
    String value = ok ? "True" : "False";
    return metadata(flowId, run, stepName, task, "attempt_ok", value, tags(attempt), tsEpoch);
  }

  /** An attempt has stored what it made. */
  Position done(String flowId, long run, String stepName, long task, int attempt, long tsEpoch) {
    String number = Integer.toString(attempt);
    return metadata(flowId, run, stepName, task, "attempt-done", number, tags(attempt), tsEpoch);
  }

  private static List<String> tags(int attempt) {
    return List.of("attempt_id:" + attempt);
  }

  /** Metadata that one request records, all of it under one time. */
  Position metadata(
      String flowId,
      long run,
      String stepName,
      long task,
      List<Map.Entry<String, String>> values,
      long tsEpoch) {
    return metadata(
        flowId,
        run,
        stepName,
        task,
        tsEpoch,
        values.stream().map(value -> entry(value.getKey(), value.getValue(), null)).toList());
  }

  private Position metadata(
      String flowId,
      long run,
      String stepName,
      long task,
      String fieldName,
      String value,
      @Nullable List<String> tags,
      long tsEpoch) {
    return metadata(flowId, run, stepName, task, tsEpoch, List.of(entry(fieldName, value, tags)));
  }

  private Position metadata(
      String flowId,
      long run,
      String stepName,
      long task,
      long tsEpoch,
      List<MetadataEntry> entries) {
    return views.apply(
        new MetadataRecorded(
            EventIds.next(tsEpoch),
            flowId,
            run,
            stepName,
            task,
            entries,
            tsEpoch,
            null,
            "test",
            null));
  }

  private MetadataEntry entry(String fieldName, String value, @Nullable List<String> tags) {
    return new MetadataEntry(++lastMetadata, fieldName, value, "t", null, tags, null);
  }

  Position tags(String flowId, long run, List<String> remove, List<String> add, long tsEpoch) {
    return views.apply(
        new RunTagsMutated(
            EventIds.next(tsEpoch), flowId, run, remove, add, tsEpoch, null, "test", null));
  }

  Position artifacts(
      String flowId,
      long run,
      String stepName,
      long task,
      int attempt,
      long tsEpoch,
      String... names) {
    return views.apply(
        new ArtifactsRecorded(
            EventIds.next(tsEpoch),
            flowId,
            run,
            stepName,
            task,
            List.of(names).stream()
                .map(
                    name ->
                        new ArtifactEntry(name, attempt, "l", "d", "s", "t", "c", null, null, null))
                .toList(),
            tsEpoch,
            null,
            "test",
            null));
  }

  Position beat(String flowId, long run, @Nullable Long task, long tsEpoch) {
    return views.apply(new Heartbeat(flowId, run, task, tsEpoch));
  }

  @Override
  public void close() {
    views.close();
  }
}
