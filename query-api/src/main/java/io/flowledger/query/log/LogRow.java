package io.flowledger.query.log;

import io.flowledger.event.Heartbeat;
import io.flowledger.projector.text.AvroJson;
import io.flowledger.projector.text.JsonText;
import io.flowledger.query.event.HistoryEvent;
import io.flowledger.schemas.Position;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** A record of the log as it is told to whoever reads the whole of it. */
sealed interface LogRow {

  Position position();

  /** The flow that it is of; empty where nobody can read that. */
  Optional<String> flowId();

  /** Itself, and what belongs to it. */
  List<Line> lines();

  /**
   * A line of its own.
   *
   * @param position null for a heartbeat, which is in another log
   * @param verdict applied, superseded or rejected
   * @param reason null where it is applied
   * @param event null where no build can read it
   * @param json what it is as JSON
   */
  record Line(
      @Nullable Position position,
      String verdict,
      @Nullable String reason,
      @Nullable SpecificRecord event,
      JsonText json) {}

  /**
   * An event.
   *
   * @param beats the latest heartbeats of what it has registered
   */
  record Event(HistoryEvent event, List<Heartbeat> beats) implements LogRow {

    @Override
    public Position position() {
      return event.position();
    }

    @Override
    public Optional<String> flowId() {
      return Optional.of(event.envelope().flowId());
    }

    @Override
    public List<Line> lines() {
      Line line =
          new Line(
              position(),
              event.verdict().label(),
              event.reason(),
              event.logged().event(),
              event.toJson());
      return Stream.concat(Stream.of(line), beats.stream().map(Beats::line)).toList();
    }
  }

  /**
   * Heartbeats without what they are of, which is not asked for.
   *
   * @param position of what has registered it
   */
  record Beats(Position position, List<Heartbeat> beats) implements LogRow {

    /** All are of what one event has registered. */
    @Override
    public Optional<String> flowId() {
      return beats.stream().map(Heartbeat::getFlowId).findFirst();
    }

    @Override
    public List<Line> lines() {
      return beats.stream().map(Beats::line).toList();
    }

    private static Line line(Heartbeat beat) {
      JsonText json =
          new JsonText(128).raw("{\"position\": null, \"type\": \"Heartbeat\", \"event\": ");
      AvroJson.write(beat, json);
      return new Line(null, "applied", null, beat, json.raw("}"));
    }
  }

  /** What no build can read, and why. */
  record Unreadable(Position position, String reason) implements LogRow {

    @Override
    public Optional<String> flowId() {
      return Optional.empty();
    }

    @Override
    public List<Line> lines() {
      JsonText json =
          new JsonText(128)
              .raw("{\"position\": ")
              .string(position.toString())
              .raw(", \"type\": null, \"verdict\": \"rejected\", \"reason\": ")
              .string(reason)
              .raw(", \"event\": null}");
      return List.of(new Line(position, "rejected", reason, null, json));
    }
  }
}
