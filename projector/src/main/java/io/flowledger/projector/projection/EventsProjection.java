package io.flowledger.projector.projection;

import io.flowledger.event.ArtifactsRecorded;
import io.flowledger.event.FlowRegistered;
import io.flowledger.event.Idempotency;
import io.flowledger.event.MetadataRecorded;
import io.flowledger.event.RunRegistered;
import io.flowledger.event.RunTagsMutated;
import io.flowledger.event.StepRegistered;
import io.flowledger.event.TaskRegistered;
import io.flowledger.projector.layout.Keys;
import io.flowledger.projector.row.KeyedEvent;
import io.flowledger.projector.row.Verdict;
import io.flowledger.schemas.Envelope;
import io.flowledger.schemas.serde.EventSerde;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * The projection of the events topic. The first registration of an identity in log order wins; a
 * later one changes nothing. What refers to a parent that is not there changes nothing.
 *
 * <p>The same holds for idempotency keys, within a flow: the first event that is carried out takes
 * its key, and a later one with the same key changes nothing, whatever else is in it. An event that
 * is refused takes none, be it that it is rejected or that its identity is another's: repeated, it
 * is refused again for the same reason, as nothing ever goes away; or not, once its parent is
 * there.
 */
public final class EventsProjection implements RecordProjection {

  /** Raised with every change of what this writes: views of another version are rebuilt. */
  public static final int VERSION = 7;

  private final EventSerde serde;
  private final int partition;
  private final Partitioner partitioner;

  /** For a log whose records are not checked for the partition that they belong in. */
  public EventsProjection(EventSerde serde) {
    this(serde, 0, anyKey -> 0);
  }

  private EventsProjection(EventSerde serde, int partition, Partitioner partitioner) {
    this.serde = serde;
    this.partition = partition;
    this.partitioner = partitioner;
  }

  @Override
  public RecordProjection in(int one, Partitioner of) {
    return new EventsProjection(serde, one, of);
  }

  @Override
  public Verdict apply(byte[] key, byte @Nullable [] value, long offset, ViewWriter view) {
    if (value == null) {
      return new Verdict.Rejected("a record without a value is no event");
    }
    EventSerde.Decoded decoded = serde.deserialize(value);
    if (decoded instanceof EventSerde.Decoded.Unreadable unreadable) {
      return new Verdict.Rejected(unreadable.reason());
    }
    SpecificRecord event = ((EventSerde.Decoded.Known) decoded).event();
    Optional<Envelope> envelope = Envelope.of(event);
    if (envelope.isEmpty()) {
      return new Verdict.Rejected(event.getSchema().getFullName() + " does not belong here");
    }
    Optional<String> misplaced = breachOfKey(key, envelope.get().flowId());
    if (misplaced.isPresent()) {
      return new Verdict.Rejected(misplaced.get());
    }
    Optional<String> breach = EventRules.breachOfPlace(envelope.get());
    if (breach.isEmpty()) {
      PositionIndex.add(envelope.get(), offset, view);
      breach = EventRules.breachOfContent(event, envelope.get());
    }
    if (breach.isPresent()) {
      return new Verdict.Rejected(breach.get());
    }
    Idempotency idempotency = envelope.get().idempotency();
    return idempotency == null
        ? apply(event, envelope.get().kind(), view)
        : applyOnce(event, envelope.get(), idempotency, offset, view);
  }

  /** Why an event is not even noted in the history of its flow: it is not where the flow is. */
  private Optional<String> breachOfKey(byte[] key, String flowId) {
    // A record under another key than its flow may lie in a partition where the flow is not.
    if (!Arrays.equals(key, flowId.getBytes(StandardCharsets.UTF_8))) {
      return Optional.of("the record key is not the flow id " + EventRules.shown(flowId));
    }
    // Nobody would look for it where it is, but listings over all flows would show it.
    int home = partitioner.partitionOf(key);
    return home == partition
        ? Optional.empty()
        : Optional.of("flow %s belongs in partition %d".formatted(EventRules.shown(flowId), home));
  }

  private static Verdict applyOnce(
      SpecificRecord event,
      Envelope envelope,
      Idempotency idempotency,
      long offset,
      ViewWriter view) {
    byte[] key = Keys.keyed(envelope.flowId(), idempotency.getKey());
    if (view.get(key) != null) {
      return Verdict.Superseded.repeated(idempotency.getKey());
    }
    Verdict verdict = apply(event, envelope.kind(), view);
    if (isCarriedOut(verdict, envelope.kind())) {
      view.put(key, KeyedEvent.of(offset, envelope, idempotency.getFingerprint()).toRow());
    }
    return verdict;
  }

  /** Of artifacts those that are new are kept, so these are never refused for being there. */
  private static boolean isCarriedOut(Verdict verdict, Envelope.Kind kind) {
    return verdict instanceof Verdict.Applied
        || (verdict instanceof Verdict.Superseded && kind == Envelope.Kind.ARTIFACTS);
  }

  private static Verdict apply(SpecificRecord event, Envelope.Kind kind, ViewWriter view) {
    return switch (kind) {
      case FLOW -> Registrations.flow((FlowRegistered) event, view);
      case RUN -> Registrations.run((RunRegistered) event, view);
      case STEP -> Registrations.step((StepRegistered) event, view);
      case TASK -> Registrations.task((TaskRegistered) event, view);
      case METADATA -> Records.metadata((MetadataRecorded) event, view);
      case ARTIFACTS -> Records.artifacts((ArtifactsRecorded) event, view);
      case TAGS -> Records.tags((RunTagsMutated) event, view);
    };
  }
}
