package io.flowledger.schemas;

import io.flowledger.event.ArtifactsRecorded;
import io.flowledger.event.EventId;
import io.flowledger.event.FlowRegistered;
import io.flowledger.event.Idempotency;
import io.flowledger.event.MetadataRecorded;
import io.flowledger.event.Origin;
import io.flowledger.event.RunRegistered;
import io.flowledger.event.RunTagsMutated;
import io.flowledger.event.StepRegistered;
import io.flowledger.event.TaskRegistered;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * What the events of all types have in common: what they are about, when, and who sent them.
 *
 * @param flowId name of the flow
 * @param runNumber number of the run, 0 for an event of the flow
 * @param stepName null for an event of the flow or the run
 * @param taskId number of the task, 0 for an event of anything above tasks
 * @param userName as the client sent it, of many entries that of the first; null where it sent none
 * @param tsEpoch time of the server when it accepted the request, epoch milliseconds
 * @param origin null where unknown
 * @param writtenBy program and version
 * @param idempotency null where the request had no key
 */
public record Envelope(
    Kind kind,
    EventId eventId,
    String flowId,
    long runNumber,
    @Nullable String stepName,
    long taskId,
    @Nullable String userName,
    long tsEpoch,
    @Nullable Origin origin,
    String writtenBy,
    @Nullable Idempotency idempotency) {

  /** The types of events, in an order that is kept in views. */
  public enum Kind {
    FLOW("FlowRegistered", About.FLOW),
    RUN("RunRegistered", About.RUN),
    STEP("StepRegistered", About.STEP),
    TASK("TaskRegistered", About.TASK),
    METADATA("MetadataRecorded", About.TASK),
    ARTIFACTS("ArtifactsRecorded", About.TASK),
    TAGS("RunTagsMutated", About.RUN);

    private final String typeName;
    private final About about;

    Kind(String typeName, About about) {
      this.typeName = typeName;
      this.about = about;
    }

    /** Name of the Avro record, without its namespace. */
    public String typeName() {
      return typeName;
    }

    /** What events of the type are about. */
    public About about() {
      return about;
    }
  }

  /** Objects that an event can be about: it names one, and all that this one is in. */
  public enum About {
    FLOW,
    RUN,
    STEP,
    TASK
  }

  /** Of an event; empty for a record that is none. */
  public static Optional<Envelope> of(SpecificRecord event) {
    return Optional.ofNullable(ofKnown(event));
  }

  private static @Nullable Envelope ofKnown(SpecificRecord event) {
    if (event instanceof TaskRegistered e) {
      return new Envelope(
          Kind.TASK,
          e.getEventId(),
          e.getFlowId(),
          e.getRunNumber(),
          e.getStepName(),
          e.getTaskId(),
          e.getUserName(),
          e.getTsEpoch(),
          e.getOrigin(),
          e.getWrittenBy(),
          e.getIdempotency());
    }
    if (event instanceof MetadataRecorded e) {
      return new Envelope(
          Kind.METADATA,
          e.getEventId(),
          e.getFlowId(),
          e.getRunNumber(),
          e.getStepName(),
          e.getTaskId(),
          e.getEntries().isEmpty() ? null : e.getEntries().get(0).getUserName(),
          e.getTsEpoch(),
          e.getOrigin(),
          e.getWrittenBy(),
          e.getIdempotency());
    }
    if (event instanceof ArtifactsRecorded e) {
      return new Envelope(
          Kind.ARTIFACTS,
          e.getEventId(),
          e.getFlowId(),
          e.getRunNumber(),
          e.getStepName(),
          e.getTaskId(),
          e.getEntries().isEmpty() ? null : e.getEntries().get(0).getUserName(),
          e.getTsEpoch(),
          e.getOrigin(),
          e.getWrittenBy(),
          e.getIdempotency());
    }
    if (event instanceof StepRegistered e) {
      return new Envelope(
          Kind.STEP,
          e.getEventId(),
          e.getFlowId(),
          e.getRunNumber(),
          e.getStepName(),
          0,
          e.getUserName(),
          e.getTsEpoch(),
          e.getOrigin(),
          e.getWrittenBy(),
          e.getIdempotency());
    }
    if (event instanceof RunRegistered e) {
      return new Envelope(
          Kind.RUN,
          e.getEventId(),
          e.getFlowId(),
          e.getRunNumber(),
          null,
          0,
          e.getUserName(),
          e.getTsEpoch(),
          e.getOrigin(),
          e.getWrittenBy(),
          e.getIdempotency());
    }
    if (event instanceof RunTagsMutated e) {
      return new Envelope(
          Kind.TAGS,
          e.getEventId(),
          e.getFlowId(),
          e.getRunNumber(),
          null,
          0,
          null,
          e.getTsEpoch(),
          e.getOrigin(),
          e.getWrittenBy(),
          e.getIdempotency());
    }
    if (event instanceof FlowRegistered e) {
      return new Envelope(
          Kind.FLOW,
          e.getEventId(),
          e.getFlowId(),
          0,
          null,
          0,
          e.getUserName(),
          e.getTsEpoch(),
          e.getOrigin(),
          e.getWrittenBy(),
          e.getIdempotency());
    }
    return null;
  }
}
