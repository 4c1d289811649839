package io.flowledger.projector.readmodel;

import io.flowledger.event.TaskRegistered;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

/** A task as its view keeps it: rendered up to the tags, which are the run's. */
public final class TaskRow {

  // numbers: event id, event id, ts_epoch, run_number, task_id, first heartbeat (seconds, 0: none),
  // length of the path in the JSON; fields: JSON up to the tags, step_name, task_name, user_name
  private static final int NUMBERS = 7;
  private static final byte[] END = Packed.utf8("}");
  private final byte[] bytes;

  public TaskRow(byte[] bytes) {
    this.bytes = bytes;
  }

  public static TaskRow of(TaskRegistered event, RunRow run) {
    JsonText head = new JsonText(192).raw("{\"flow_id\": ").string(event.getFlowId());
    head.raw(", \"run_number\": ");
    if (run.runId().isPresent()) {
      head.string(run.runId().get());
    } else {
      head.number(run.number());
    }
    head.raw(", \"step_name\": ").string(event.getStepName()).raw(", \"task_id\": ");
    if (event.getTaskName() == null) {
      head.number(event.getTaskId());
    } else {
      head.string(event.getTaskName());
    }
    int pathLength = head.length() - 1;
    head.raw(", \"user_name\": ")
        .string(event.getUserName())
        .raw(", \"ts_epoch\": ")
        .number(event.getTsEpoch())
        .raw(", \"tags\": ");
    EventKey creator = EventKey.of(event.getEventId());
    return new TaskRow(
        Packed.pack(
            new long[] {
              creator.high(),
              creator.low(),
              event.getTsEpoch(),
              event.getRunNumber(),
              event.getTaskId(),
              event.getHeartbeatTs() == null ? 0 : event.getHeartbeatTs(),
              pathLength
            },
            head.toBytes(),
            Packed.utf8(event.getStepName()),
            Packed.utf8(event.getTaskName() == null ? "" : event.getTaskName()),
            Packed.nullable(event.getUserName())));
  }

  public byte[] bytes() {
    return bytes;
  }

  /** The event that made this task. */
  public EventKey creator() {
    return EventKey.in(bytes);
  }

  /** Epoch milliseconds. */
  public long tsEpoch() {
    return Packed.number(bytes, 2);
  }

  public long runNumber() {
    return Packed.number(bytes, 3);
  }

  public long id() {
    return Packed.number(bytes, 4);
  }

  /** Heartbeat at registration, epoch seconds; empty for clients too old to send any. */
  public OptionalLong firstHeartbeat() {
    long seconds = Packed.number(bytes, 5);
    return seconds == 0 ? OptionalLong.empty() : OptionalLong.of(seconds);
  }

  public String stepName() {
    return Packed.field(bytes, NUMBERS, 1).text();
  }

  /** Name that a scheduler gave the task. */
  public Optional<String> taskName() {
    String name = Packed.field(bytes, NUMBERS, 2).text();
    return name.isEmpty() ? Optional.empty() : Optional.of(name);
  }

  public Optional<String> userName() {
    return Packed.field(bytes, NUMBERS, 3).nullable();
  }

  /** {@code "flow_id": ..., "run_number": ..., "step_name": ..., "task_id": ...} as rendered. */
  String path() {
    Packed.Slice head = Packed.field(bytes, NUMBERS, 0);
    int length = (int) Packed.number(bytes, 6);
    return new String(head.row(), head.offset() + 1, length, StandardCharsets.ISO_8859_1);
  }

  public void render(RunRow run, OptionalLong lastHeartbeat, Sink sink) {
    Packed.field(bytes, NUMBERS, 0).writeTo(sink);
    run.renderTags(sink);
    RunRow.renderHeartbeat(lastHeartbeat, sink);
    sink.write(END);
  }
}
