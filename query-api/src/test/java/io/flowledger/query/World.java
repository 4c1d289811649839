package io.flowledger.query;

import io.flowledger.event.ArtifactEntry;
import io.flowledger.event.Heartbeat;
import io.flowledger.event.MetadataEntry;
import io.flowledger.projector.EventBuilder;
import io.flowledger.projector.Events;
import io.flowledger.projector.LocalReadModel;
import io.flowledger.projector.MemoryRegistry;
import io.flowledger.projector.readmodel.RunRow;
import io.flowledger.projector.readmodel.View;
import io.flowledger.schemas.Identifier;
import io.flowledger.schemas.Position;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Objects for tests to read, each made by one short call. Times are epoch milliseconds. */
public final class World implements AutoCloseable {

  private final LocalReadModel views;
  private long lastMetadata;

  public World(Path directory, int partitions) {
    views =
        new LocalReadModel(
            directory, partitions, MemoryRegistry.serde(LocalReadModel.topics(partitions)));
  }

  public LocalReadModel views() {
    return views;
  }

  public View view(String flowId) {
    return views.view(views.partitionOf(flowId));
  }

  public RunRow run(String flowId, long number) {
    return view(flowId).run(flowId, new Identifier.Number(number)).orElseThrow();
  }

  public Position apply(EventBuilder<?> event) {
    return views.apply(event);
  }

  public Position flow(String flowId, long tsEpoch) {
    return apply(Events.flow(flowId).at(tsEpoch));
  }

  public Position run(String flowId, long number, long tsEpoch) {
    return apply(Events.run(flowId, number).at(tsEpoch));
  }

  public Position step(String flowId, long run, String stepName, long tsEpoch) {
    return apply(Events.step(flowId, run, stepName).by("").at(tsEpoch));
  }

  public Position task(String flowId, long run, String stepName, long id, long tsEpoch) {
    return apply(Events.task(flowId, run, stepName, id).at(tsEpoch));
  }

  public Position metadata(
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
  public Position attempt(
      String flowId, long run, String stepName, long task, int attempt, long tsEpoch) {
    String number = Integer.toString(attempt);
    return metadata(flowId, run, stepName, task, "attempt", number, tags(attempt), tsEpoch);
  }

  /** An attempt succeeds or fails. */
  public Position outcome(
      String flowId, long run, String stepName, long task, int attempt, boolean ok, long tsEpoch) {
    String value = ok ? "True" : "False";
    return metadata(flowId, run, stepName, task, "attempt_ok", value, tags(attempt), tsEpoch);
  }

  /** An attempt has stored what it made. */
  public Position done(
      String flowId, long run, String stepName, long task, int attempt, long tsEpoch) {
    String number = Integer.toString(attempt);
    return metadata(flowId, run, stepName, task, "attempt-done", number, tags(attempt), tsEpoch);
  }

  private static List<String> tags(int attempt) {
    return List.of("attempt_id:" + attempt);
  }

  /** Metadata that one request records, all of it under one time. */
  public Position metadata(
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
    return apply(Events.metadata(flowId, run, stepName, task, entries).at(tsEpoch));
  }

  private MetadataEntry entry(String fieldName, String value, @Nullable List<String> tags) {
    return new MetadataEntry(++lastMetadata, fieldName, value, "t", null, tags, null);
  }

  public Position tags(
      String flowId, long run, List<String> remove, List<String> add, long tsEpoch) {
    return apply(Events.tags(flowId, run, remove, add).at(tsEpoch));
  }

  public Position artifacts(
      String flowId,
      long run,
      String stepName,
      long task,
      int attempt,
      long tsEpoch,
      String... names) {
    List<ArtifactEntry> entries = Stream.of(names).map(name -> artifact(name, attempt)).toList();
    return apply(Events.artifacts(flowId, run, stepName, task, entries).at(tsEpoch));
  }

  private static ArtifactEntry artifact(String name, int attempt) {
    return new ArtifactEntry(name, attempt, "l", "d", "s", "t", "c", null, null, null);
  }

  public Position beat(String flowId, long run, @Nullable Long task, long tsEpoch) {
    return views.apply(new Heartbeat(flowId, run, task, tsEpoch));
  }

  @Override
  public void close() {
    views.close();
  }
}
