package io.flowledger.query.event;

import io.flowledger.event.Origin;
import io.flowledger.http.trace.TraceParent;
import io.flowledger.projector.readmodel.LoggedEvent;
import io.flowledger.projector.row.Verdict;
import io.flowledger.projector.text.AvroJson;
import io.flowledger.projector.text.JsonText;
import io.flowledger.schemas.Envelope;
import io.flowledger.schemas.EventIds;
import io.flowledger.schemas.Position;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An event of a history.
 *
 * @param verdict what became of it
 */
public record HistoryEvent(int partition, LoggedEvent logged, Verdict verdict) {

  public Position position() {
    return Position.event(partition, logged.offset());
  }

  public Envelope envelope() {
    return logged.envelope();
  }

  Optional<String> credential() {
    return Optional.ofNullable(envelope().origin()).map(Origin::getCredential);
  }

  Optional<String> address() {
    return Optional.ofNullable(envelope().origin()).map(Origin::getAddress);
  }

  /** The trace of the request that has made it; empty where its record names none. */
  Optional<String> traceId() {
    return logged
        .traceParent()
        .flatMap(header -> TraceParent.of(List.of(header)))
        .map(TraceParent::traceId);
  }

  public @Nullable String reason() {
    if (verdict instanceof Verdict.Rejected rejected) {
      return rejected.reason();
    }
    return verdict instanceof Verdict.Superseded superseded ? superseded.by() : null;
  }

  public JsonText toJson() {
    Envelope event = envelope();
    JsonText json =
        new JsonText(512)
            .raw("{\"position\": ")
            .string(position().toString())
            .raw(", \"type\": ")
            .string(event.kind().typeName())
            .raw(", \"ts_epoch\": ")
            .number(event.tsEpoch())
            .raw(", \"flow_id\": ")
            .string(event.flowId());
    Envelope.About about = event.kind().about();
    numberOrNull(json.raw(", \"run_number\": "), event.runNumber(), about != Envelope.About.FLOW);
    json.raw(", \"step_name\": ").string(event.stepName());
    numberOrNull(json.raw(", \"task_id\": "), event.taskId(), about == Envelope.About.TASK);
    json.raw(", \"user_name\": ")
        .string(event.userName())
        .raw(", \"credential\": ")
        .string(credential().orElse(null))
        .raw(", \"address\": ")
        .string(address().orElse(null))
        .raw(", \"event_id\": ")
        .string(EventIds.toHex(event.eventId()))
        .raw(", \"written_by\": ")
        .string(event.writtenBy())
        .raw(", \"verdict\": ")
        .string(verdict().label())
        .raw(", \"reason\": ")
        .string(reason());
    traceId().ifPresent(id -> json.raw(", \"trace_id\": ").string(id));
    json.raw(", \"event\": ");
    AvroJson.write(logged.event(), json);
    return json.raw("}");
  }

  private static void numberOrNull(JsonText json, long number, boolean known) {
    if (known) {
      json.number(number);
    } else {
      json.string(null);
    }
  }
}
