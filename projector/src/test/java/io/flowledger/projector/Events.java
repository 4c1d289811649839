package io.flowledger.projector;

import io.flowledger.event.ArtifactEntry;
import io.flowledger.event.ArtifactsRecorded;
import io.flowledger.event.EventId;
import io.flowledger.event.Fingerprint;
import io.flowledger.event.FlowRegistered;
import io.flowledger.event.Heartbeat;
import io.flowledger.event.Idempotency;
import io.flowledger.event.MetadataEntry;
import io.flowledger.event.MetadataRecorded;
import io.flowledger.event.RunRegistered;
import io.flowledger.event.RunTagsMutated;
import io.flowledger.event.StepRegistered;
import io.flowledger.event.TaskRegistered;
import io.flowledger.schemas.EventSerde;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** Events with fixed content, and their bytes. */
final class Events {

  static final String WRITTEN_BY = "flowledger/test";

  private Events() {}

  /** A serde that knows all types. */
  static EventSerde serde() {
    return MemoryRegistry.serde(LocalReadModel.topics(1));
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] number(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }

  static EventId id(long number) {
    return new EventId(ByteBuffer.allocate(16).putLong(number).putLong(~number).array());
  }

  static FlowRegistered flow(long eventId, String flow, long ts) {
    return new FlowRegistered(
        id(eventId), flow, "ada", List.of("f"), List.of("sys:f"), ts, null, WRITTEN_BY, null);
  }

  static RunRegistered run(
      long eventId, String flow, long run, @Nullable String runId, @Nullable Long beat, long ts) {
    return run(eventId, flow, run, runId, List.of("t1", "t2"), List.of("s1"), beat, ts);
  }

  static RunRegistered run(
      long eventId,
      String flow,
      long run,
      @Nullable String runId,
      List<String> tags,
      List<String> systemTags,
      @Nullable Long beat,
      long ts) {
    return new RunRegistered(
        id(eventId), flow, run, runId, "ada", tags, systemTags, beat, ts, null, WRITTEN_BY, null);
  }

  static StepRegistered step(long eventId, String flow, long run, String step, long ts) {
    return new StepRegistered(
        id(eventId), flow, run, step, "ada", null, null, ts, null, WRITTEN_BY, null);
  }

  static TaskRegistered task(
      long eventId,
      String flow,
      long run,
      String step,
      long task,
      @Nullable String name,
      @Nullable Long beat,
      long ts) {
    return new TaskRegistered(
        id(eventId),
        flow,
        run,
        step,
        task,
        name,
        "ada",
        null,
        null,
        beat,
        ts,
        null,
        WRITTEN_BY,
        null);
  }

  static MetadataRecorded metadata(
      long eventId,
      String flow,
      long run,
      String step,
      long task,
      long ts,
      List<MetadataEntry> rows) {
    return new MetadataRecorded(
        id(eventId), flow, run, step, task, rows, ts, null, WRITTEN_BY, null);
  }

  static MetadataEntry entry(long id, String field, String value) {
    return new MetadataEntry(id, field, value, "text", "ada", List.of("attempt_id:0"), null);
  }

  static ArtifactsRecorded artifacts(
      long eventId,
      String flow,
      long run,
      String step,
      long task,
      long ts,
      List<ArtifactEntry> rows) {
    return new ArtifactsRecorded(
        id(eventId), flow, run, step, task, rows, ts, null, WRITTEN_BY, null);
  }

  static ArtifactEntry artifact(String name, int attempt, String location) {
    return new ArtifactEntry(
        name, attempt, location, "s3", "cafe", "artifact", "gzip+pickle", "ada", null, null);
  }

  static RunTagsMutated tags(
      long eventId, String flow, long run, List<String> remove, List<String> add, long ts) {
    return new RunTagsMutated(id(eventId), flow, run, remove, add, ts, null, WRITTEN_BY, null);
  }

  static Heartbeat heartbeat(String flow, long run, @Nullable Long task, long ts) {
    return new Heartbeat(flow, run, task, ts);
  }

  /** The event with an idempotency key, which it is given. */
  static <E extends SpecificRecord> E keyed(E event, String key, long fingerprint) {
    event.put(
        event.getSchema().getField("idempotency").pos(),
        new Idempotency(key, new Fingerprint(number(fingerprint))));
    return event;
  }

  /** The record key of an event: its flow. */
  static byte[] key(SpecificRecord event) {
    return utf8((String) event.get(event.getSchema().getField("flow_id").pos()));
  }
}
