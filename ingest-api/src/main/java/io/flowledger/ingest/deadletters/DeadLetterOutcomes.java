package io.flowledger.ingest.deadletters;

import io.flowledger.event.Heartbeat;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.row.Verdict;
import io.flowledger.schemas.Envelope;
import io.flowledger.schemas.serde.EventSerde;
import io.flowledger.schemas.serde.Framing;
import io.flowledger.schemas.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** Dead letters understood: what is in them, where they belong, and what has become of them. */
final class DeadLetterOutcomes {

  private final Topics topics;
  private final EventSerde serde;
  private final ReadModel readModel;

  DeadLetterOutcomes(Topics topics, EventSerde serde, ReadModel readModel) {
    this.topics = topics;
    this.serde = serde;
    this.readModel = readModel;
  }

  /** The record, where this build can read it. */
  Optional<SpecificRecord> event(DeadLetterRecord letter) {
    return serde.event(Framing.framed(letter.headers(), letter.value()));
  }

  /** The flow that a record is of. */
  static Optional<String> flow(SpecificRecord event) {
    return event instanceof Heartbeat beat
        ? Optional.of(beat.getFlowId())
        : Envelope.of(event).map(Envelope::flowId);
  }

  /** Whether it is from a topic that this installation has. */
  boolean isOfOurs(DeadLetterRecord letter) {
    return letter.source().topic().equals(topics.events())
        || letter.source().topic().equals(topics.heartbeats());
  }

  /** The partition that its key belongs in; where that cannot be said, the one that it was in. */
  int partition(DeadLetterRecord letter) {
    Optional<String> flow = event(letter).flatMap(DeadLetterOutcomes::flow);
    boolean ofEvents = letter.source().topic().equals(topics.events());
    return flow.filter(name -> !ofEvents || isKey(name, letter.key()))
        .map(readModel::partitionOf)
        .orElse(letter.source().partition());
  }

  private static boolean isKey(String flow, byte @Nullable [] key) {
    return Arrays.equals(flow.getBytes(StandardCharsets.UTF_8), key);
  }

  /**
   * What has become of a letter.
   *
   * @param copy where it was redriven to
   * @param letterTopic says what it knows of copies
   * @throws io.flowledger.projector.readmodel.ViewUnavailableException when nobody can say it now
   */
  DeadLetterState standing(
      DeadLetterRecord letter, Optional<RecordPlace> copy, DeadLetterTopic letterTopic) {
    // A view that was made anew, perhaps by a build that knows more, may have taken it in.
    Optional<Verdict> own = verdict(letter.source());
    if (own.isPresent() && !(own.get() instanceof Verdict.Rejected)) {
      return standing(own.get(), letter.source());
    }
    if (copy.isEmpty()) {
      return new DeadLetterState(
          DeadLetterState.State.WAITING, Optional.empty(), Optional.of(letter.reason()));
    }
    return verdict(copy.get())
        .or(() -> letterTopic.rejection(copy.get()).map(Verdict.Rejected::new))
        .map(verdict -> standing(verdict, copy.get()))
        .orElseGet(
            () -> new DeadLetterState(DeadLetterState.State.REDRIVEN, copy, Optional.empty()));
  }

  private static DeadLetterState standing(Verdict verdict, RecordPlace place) {
    if (verdict instanceof Verdict.Rejected rejected) {
      return new DeadLetterState(
          DeadLetterState.State.WAITING, Optional.of(place), Optional.of(rejected.reason()));
    }
    return verdict instanceof Verdict.Superseded superseded
        ? new DeadLetterState(
            DeadLetterState.State.SUPERSEDED, Optional.of(place), Optional.of(superseded.by()))
        : new DeadLetterState(DeadLetterState.State.APPLIED, Optional.of(place), Optional.empty());
  }

  /** Empty where it cannot be said: of heartbeats, and of what the view has not come to. */
  private Optional<Verdict> verdict(RecordPlace place) {
    boolean known =
        place.topic().equals(topics.events())
            && place.partition() >= 0
            && place.partition() < readModel.partitions();
    return known ? readModel.verdict(place.partition(), place.offset()) : Optional.empty();
  }
}
