package io.flowledger.schemas;

import io.flowledger.event.ArtifactsRecorded;
import io.flowledger.event.FlowRegistered;
import io.flowledger.event.Heartbeat;
import io.flowledger.event.IdsClaimed;
import io.flowledger.event.MetadataRecorded;
import io.flowledger.event.RunRegistered;
import io.flowledger.event.RunTagsMutated;
import io.flowledger.event.StepRegistered;
import io.flowledger.event.TaskRegistered;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;

/** The record types that this build knows, by topic. */
public final class EventTypes {

  /** What the events topic holds. */
  public static final List<Schema> EVENTS =
      List.of(
          FlowRegistered.getClassSchema(),
          RunRegistered.getClassSchema(),
          StepRegistered.getClassSchema(),
          TaskRegistered.getClassSchema(),
          MetadataRecorded.getClassSchema(),
          ArtifactsRecorded.getClassSchema(),
          RunTagsMutated.getClassSchema());

  /** What the heartbeats topic holds. */
  public static final List<Schema> HEARTBEATS = List.of(Heartbeat.getClassSchema());

  /** What the ids topic holds. */
  public static final List<Schema> IDS = List.of(IdsClaimed.getClassSchema());

  private static final Map<String, Schema> BY_NAME =
      Stream.of(EVENTS, HEARTBEATS, IDS)
          .flatMap(List::stream)
          .collect(Collectors.toUnmodifiableMap(Schema::getFullName, Function.identity()));

  private EventTypes() {}

  /** This build's version of the schema with that full name; empty for a type newer than it. */
  public static Optional<Schema> byName(String fullName) {
    return Optional.ofNullable(BY_NAME.get(fullName));
  }
}
