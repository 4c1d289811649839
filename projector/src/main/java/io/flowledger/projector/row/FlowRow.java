package io.flowledger.projector.row;

import io.flowledger.event.FlowRegistered;
import io.flowledger.projector.text.JsonText;
import io.flowledger.projector.text.Sink;

/** A flow as its view keeps it: rendered, since nothing of a flow ever changes. */
public final class FlowRow {

  // numbers: event id, event id, ts_epoch; fields: flow_id, JSON
  private static final int NUMBERS = 3;
  private final byte[] bytes;

  public FlowRow(byte[] bytes) {
    this.bytes = bytes;
  }

  public static FlowRow of(FlowRegistered event) {
    JsonText json =
        new JsonText(256)
            .raw("{\"flow_id\": ")
            .string(event.getFlowId())
            .raw(", \"user_name\": ")
            .string(event.getUserName())
            .raw(", \"ts_epoch\": ")
            .number(event.getTsEpoch())
            .raw(", \"tags\": ")
            .strings(event.getTags())
            .raw(", \"system_tags\": ")
            .strings(event.getSystemTags())
            .raw("}");
    EventKey creator = EventKey.of(event.getEventId());
    return new FlowRow(
        Packed.pack(
            new long[] {creator.high(), creator.low(), event.getTsEpoch()},
            Packed.utf8(event.getFlowId()),
            json.toBytes()));
  }

  public byte[] bytes() {
    return bytes;
  }

  /** The event that made this flow. */
  public EventKey creator() {
    return EventKey.in(bytes);
  }

  /** Epoch milliseconds. */
  public long tsEpoch() {
    return Packed.number(bytes, 2);
  }

  public String flowId() {
    return Packed.field(bytes, NUMBERS, 0).text();
  }

  public void render(Sink sink) {
    Packed.field(bytes, NUMBERS, 1).writeTo(sink);
  }
}
