package io.flowledger.projector.readmodel;

import io.flowledger.event.ArtifactEntry;
import io.flowledger.event.ArtifactsRecorded;

/** An artifact as its view keeps it: rendered up to the tags, which are the run's. */
public final class ArtifactRow {

  // numbers: event id, event id, ts_epoch, task_id, attempt_id; fields: JSON up to the tags, name
  private static final int NUMBERS = 5;
  private static final byte[] END = Packed.utf8("}");
  private final byte[] bytes;

  public ArtifactRow(byte[] bytes) {
    this.bytes = bytes;
  }

  public static ArtifactRow of(ArtifactsRecorded event, ArtifactEntry entry, TaskRow task) {
    JsonText head =
        new JsonText(320)
            .raw("{")
            .raw(task.path())
            .raw(", \"name\": ")
            .string(entry.getName())
            .raw(", \"location\": ")
            .string(entry.getLocation())
            .raw(", \"ds_type\": ")
            .string(entry.getDsType())
            .raw(", \"sha\": ")
            .string(entry.getSha())
            .raw(", \"type\": ")
            .string(entry.getType())
            .raw(", \"content_type\": ")
            .string(entry.getContentType())
            .raw(", \"user_name\": ")
            .string(entry.getUserName())
            .raw(", \"attempt_id\": ")
            .number(entry.getAttemptId())
            .raw(", \"ts_epoch\": ")
            .number(event.getTsEpoch())
            .raw(", \"tags\": ");
    EventKey creator = EventKey.of(event.getEventId());
    return new ArtifactRow(
        Packed.pack(
            new long[] {
              creator.high(),
              creator.low(),
              event.getTsEpoch(),
              event.getTaskId(),
              entry.getAttemptId()
            },
            head.toBytes(),
            Packed.utf8(entry.getName())));
  }

  public byte[] bytes() {
    return bytes;
  }

  /** The event that made this artifact. */
  public EventKey creator() {
    return EventKey.in(bytes);
  }

  /** Epoch milliseconds. */
  public long tsEpoch() {
    return Packed.number(bytes, 2);
  }

  public long taskId() {
    return Packed.number(bytes, 3);
  }

  public int attempt() {
    return (int) Packed.number(bytes, 4);
  }

  public String name() {
    return Packed.field(bytes, NUMBERS, 1).text();
  }

  public void render(RunRow run, Sink sink) {
    Packed.field(bytes, NUMBERS, 0).writeTo(sink);
    run.renderTags(sink);
    sink.write(END);
  }
}
