package io.flowledger.projector;

import io.flowledger.event.ArtifactEntry;
import io.flowledger.event.ArtifactsRecorded;
import io.flowledger.event.EventId;
import io.flowledger.event.FlowRegistered;
import io.flowledger.event.Heartbeat;
import io.flowledger.event.MetadataEntry;
import io.flowledger.event.MetadataRecorded;
import io.flowledger.event.RunRegistered;
import io.flowledger.event.RunTagsMutated;
import io.flowledger.event.StepRegistered;
import io.flowledger.event.TaskRegistered;
import io.flowledger.schemas.EventIds;
import io.flowledger.schemas.EventSerde;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** Events for tests: built field by field, or numbered and with fixed content; and their bytes. */
public final class Events {

  public static final String WRITTEN_BY = "flowledger/test";

  private Events() {}

  /** A serde that knows all types. */
  public static EventSerde serde() {
    return MemoryRegistry.serde(LocalReadModel.topics(1));
  }

  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  public static byte[] number(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }

  public static EventId id(long number) {
    return new EventId(ByteBuffer.allocate(16).putLong(number).putLong(~number).array());
  }

  /** A flow is registered. */
  public static EventBuilder<FlowRegistered> flow(String flow) {
    return new EventBuilder<>(
        new FlowRegistered(EventIds.next(0), flow, null, null, null, 0L, null, "test", null));
  }

  /** A run is registered. */
  public static EventBuilder<RunRegistered> run(String flow, long run) {
    List<String> none = List.of();
    return new EventBuilder<>(
        new RunRegistered(
            EventIds.next(0), flow, run, null, null, none, none, null, 0L, null, "test", null));
  }

  /** A step is registered. */
  public static EventBuilder<StepRegistered> step(String flow, long run, String step) {
    return new EventBuilder<>(
        new StepRegistered(
            EventIds.next(0), flow, run, step, null, null, null, 0L, null, "test", null));
  }

  /** A task is registered. */
  public static EventBuilder<TaskRegistered> task(String flow, long run, String step, long task) {
    EventId id = EventIds.next(0);
    return new EventBuilder<>(
        new TaskRegistered(
            id, flow, run, step, task, null, null, null, null, null, 0L, null, "test", null));
  }

  /** Metadata of a task is recorded. */
  public static EventBuilder<MetadataRecorded> metadata(
      String flow, long run, String step, long task, List<MetadataEntry> entries) {
    return new EventBuilder<>(
        new MetadataRecorded(
            EventIds.next(0), flow, run, step, task, entries, 0L, null, "test", null));
  }

  /** Metadata of a task is recorded. */
  public static EventBuilder<MetadataRecorded> metadata(
      String flow, long run, String step, long task, MetadataEntry... entries) {
    return metadata(flow, run, step, task, List.of(entries));
  }

  /** Artifacts of a task are recorded. */
  public static EventBuilder<ArtifactsRecorded> artifacts(
      String flow, long run, String step, long task, List<ArtifactEntry> entries) {
    return new EventBuilder<>(
        new ArtifactsRecorded(
            EventIds.next(0), flow, run, step, task, entries, 0L, null, "test", null));
  }

  /** Artifacts of a task are recorded. */
  public static EventBuilder<ArtifactsRecorded> artifacts(
      String flow, long run, String step, long task, ArtifactEntry... entries) {
    return artifacts(flow, run, step, task, List.of(entries));
  }

  /** Tags of a run are removed and added. */
  public static EventBuilder<RunTagsMutated> tags(
      String flow, long run, List<String> remove, List<String> add) {
    return new EventBuilder<>(
        new RunTagsMutated(EventIds.next(0), flow, run, remove, add, 0L, null, "test", null));
  }

  // ---- numbered, with fixed content ------------------------------------------------------------

  public static FlowRegistered flow(long eventId, String flow, long ts) {
    return numbered(eventId, flow(flow).by("ada").tags("f").systemTags("sys:f"), ts);
  }

  public static RunRegistered run(
      long eventId, String flow, long run, @Nullable String runId, @Nullable Long beat, long ts) {
    return run(eventId, flow, run, runId, List.of("t1", "t2"), List.of("s1"), beat, ts);
  }

  public static RunRegistered run(
      long eventId,
      String flow,
      long run,
      @Nullable String runId,
      List<String> tags,
      List<String> systemTags,
      @Nullable Long beat,
      long ts) {
    EventBuilder<RunRegistered> event = run(flow, run).named(runId).by("ada").beating(beat);
    return numbered(eventId, event.tags(tags).systemTags(systemTags), ts);
  }

  public static StepRegistered step(long eventId, String flow, long run, String step, long ts) {
    return numbered(eventId, step(flow, run, step).by("ada"), ts);
  }

  public static TaskRegistered task(
      long eventId,
      String flow,
      long run,
      String step,
      long task,
      @Nullable String name,
      @Nullable Long beat,
      long ts) {
    return numbered(eventId, task(flow, run, step, task).named(name).by("ada").beating(beat), ts);
  }

  public static MetadataRecorded metadata(
      long eventId,
      String flow,
      long run,
      String step,
      long task,
      long ts,
      List<MetadataEntry> rows) {
    return numbered(eventId, metadata(flow, run, step, task, rows), ts);
  }

  public static ArtifactsRecorded artifacts(
      long eventId,
      String flow,
      long run,
      String step,
      long task,
      long ts,
      List<ArtifactEntry> rows) {
    return numbered(eventId, artifacts(flow, run, step, task, rows), ts);
  }

  public static RunTagsMutated tags(
      long eventId, String flow, long run, List<String> remove, List<String> add, long ts) {
    return numbered(eventId, tags(flow, run, remove, add), ts);
  }

  private static <E extends SpecificRecord> E numbered(
      long eventId, EventBuilder<E> event, long ts) {
    return event.id(id(eventId)).at(ts).writtenBy(WRITTEN_BY).event();
  }

  public static MetadataEntry entry(long id, String field, String value) {
    return new MetadataEntry(id, field, value, "text", "ada", List.of("attempt_id:0"), null);
  }

  public static ArtifactEntry artifact(String name, int attempt, String location) {
    return new ArtifactEntry(
        name, attempt, location, "s3", "cafe", "artifact", "gzip+pickle", "ada", null, null);
  }

  public static Heartbeat heartbeat(String flow, long run, @Nullable Long task, long ts) {
    return new Heartbeat(flow, run, task, ts);
  }

  /** The event with an idempotency key, which it is given. */
  public static <E extends SpecificRecord> E keyed(E event, String key, long fingerprint) {
    return new EventBuilder<>(event).keyed(key, fingerprint).event();
  }

  /** The record key of an event: its flow. */
  public static byte[] key(SpecificRecord event) {
    return utf8((String) event.get(event.getSchema().getField("flow_id").pos()));
  }
}
