package io.flowledger.projector.row;

import io.flowledger.event.TaskRegistered;
import io.flowledger.projector.text.JsonText;
import io.flowledger.projector.text.Sink;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

/** A task as its view keeps it: rendered up to the tags, which are the run's. */
public final class TaskRow {

  // numbers: event id, event id, ts_epoch, run_number, task_id, first heartbeat (seconds, 0: none),
  // length of the path in the JSON; fields: JSON up to the tags, step_name, task_name, user_name
  private static final int NUMBERS = 7;
  private static final int TS_EPOCH = 2;
  private static final int RUN_NUMBER = 3;
  private static final int TASK_ID = 4;
  private static final int FIRST_HEARTBEAT = 5;
  private static final int PATH_LENGTH = 6;

  private static final int HEAD = 0;
  private static final int STEP_NAME = 1;
  private static final int TASK_NAME = 2;
  private static final int USER = 3;

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
    return Packed.number(bytes, TS_EPOCH);
  }

  public long runNumber() {
    return Packed.number(bytes, RUN_NUMBER);
  }

  public long id() {
    return Packed.number(bytes, TASK_ID);
  }

  /** Heartbeat at registration, epoch seconds; empty for clients too old to send any. */
  public OptionalLong firstHeartbeat() {
    long seconds = Packed.number(bytes, FIRST_HEARTBEAT);
    return seconds == 0 ? OptionalLong.empty() : OptionalLong.of(seconds);
  }

  public String stepName() {
    return Packed.field(bytes, NUMBERS, STEP_NAME).text();
  }

  /** Name that a scheduler gave the task. */
  public Optional<String> taskName() {
    String name = Packed.field(bytes, NUMBERS, TASK_NAME).text();
    return name.isEmpty() ? Optional.empty() : Optional.of(name);
  }

  public Optional<String> userName() {
    return Packed.field(bytes, NUMBERS, USER).nullable();
  }

  /** {@code "flow_id": ..., "run_number": ..., "step_name": ..., "task_id": ...} as rendered. */
  String path() {
    Packed.Slice head = Packed.field(bytes, NUMBERS, HEAD);
    int length = (int) Packed.number(bytes, PATH_LENGTH);
    return new String(head.row(), head.offset() + 1, length, StandardCharsets.ISO_8859_1);
  }

  public void render(RunRow run, OptionalLong lastHeartbeat, Sink sink) {
    Packed.field(bytes, NUMBERS, HEAD).writeTo(sink);
    run.renderTags(sink);
    RunRow.renderHeartbeat(lastHeartbeat, sink);
    sink.write(END);
  }
}
