package io.flowledger.projector.row;

import io.flowledger.event.StepRegistered;
import io.flowledger.projector.text.JsonText;
import io.flowledger.projector.text.Sink;

/** A step as its view keeps it: rendered up to the tags, which are the run's. */
public final class StepRow {

  // numbers: event id, event id, ts_epoch; fields: JSON up to the tags, step_name
  private static final int NUMBERS = 3;
  private static final byte[] END = Packed.utf8("}");
  private final byte[] bytes;

  public StepRow(byte[] bytes) {
    this.bytes = bytes;
  }

  public static StepRow of(StepRegistered event, RunRow run) {
    // A step shows the run's number as a string, unlike all other objects.
    JsonText head =
        new JsonText(160)
            .raw("{\"flow_id\": ")
            .string(event.getFlowId())
            .raw(", \"run_number\": ")
            .string(run.runId().orElseGet(() -> Long.toString(run.number())))
            .raw(", \"step_name\": ")
            .string(event.getStepName())
            .raw(", \"user_name\": ")
            .string(event.getUserName())
            .raw(", \"ts_epoch\": ")
            .number(event.getTsEpoch())
            .raw(", \"tags\": ");
    EventKey creator = EventKey.of(event.getEventId());
    return new StepRow(
        Packed.pack(
            new long[] {creator.high(), creator.low(), event.getTsEpoch()},
            head.toBytes(),
            Packed.utf8(event.getStepName())));
  }

  public byte[] bytes() {
    return bytes;
  }

  /** The event that made this step. */
  public EventKey creator() {
    return EventKey.in(bytes);
  }

  /** Epoch milliseconds. */
  public long tsEpoch() {
    return Packed.number(bytes, 2);
  }

  public String stepName() {
    return Packed.field(bytes, NUMBERS, 1).text();
  }

  public void render(RunRow run, Sink sink) {
    Packed.field(bytes, NUMBERS, 0).writeTo(sink);
    run.renderTags(sink);
    sink.write(END);
  }
}
