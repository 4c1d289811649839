package io.flowledger.deploy.letters;

import io.flowledger.event.Heartbeat;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.Verdict;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.schemas.Envelope;
import io.flowledger.schemas.EventSerde;
import io.flowledger.schemas.Framing;
import io.flowledger.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** Dead letters understood: what is in them, where they belong, and what has become of them. */
final class Letters {

  private final Topics topics;
  private final EventSerde serde;
  private final ReadModel readModel;

  Letters(Topics topics, EventSerde serde, ReadModel readModel) {
    this.topics = topics;
    this.serde = serde;
    this.readModel = readModel;
  }

  /** The record, where this build can read it. */
  Optional<SpecificRecord> event(Letter letter) {
    return serde.event(Framing.framed(letter.headers(), letter.value()));
  }

  /** The flow that a record is of. */
  static Optional<String> flow(SpecificRecord event) {
    return event instanceof Heartbeat beat
        ? Optional.of(beat.getFlowId())
        : Envelope.of(event).map(Envelope::flowId);
  }

  /** Whether it is from a topic that this installation has. */
  boolean isOfOurs(Letter letter) {
    return letter.source().topic().equals(topics.events())
        || letter.source().topic().equals(topics.heartbeats());
  }

  /** The partition that its key belongs in; where that cannot be said, the one that it was in. */
  int partition(Letter letter) {
    Optional<String> flow = event(letter).flatMap(Letters::flow);
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
   * @param box says what it knows of copies
   */
  Standing standing(Letter letter, Optional<Place> copy, LetterBox box) {
    // A view that was made anew, perhaps by a build that knows more, may have taken it in.
    Optional<Verdict> own = letter.key() == null ? Optional.empty() : verdict(letter.source());
    if (own.isPresent() && !(own.get() instanceof Verdict.Rejected)) {
      return standing(own.get(), letter.source());
    }
    if (copy.isEmpty()) {
      return new Standing(Standing.State.WAITING, Optional.empty(), Optional.of(letter.reason()));
    }
    // Views do not see records without a key, so they say nothing of them.
    Optional<Verdict> ofCopy = letter.key() == null ? Optional.empty() : verdict(copy.get());
    return ofCopy
        .or(() -> box.rejection(copy.get()).map(Verdict.Rejected::new))
        .map(verdict -> standing(verdict, copy.get()))
        .orElseGet(() -> new Standing(Standing.State.REDRIVEN, copy, Optional.empty()));
  }

  private static Standing standing(Verdict verdict, Place place) {
    if (verdict instanceof Verdict.Rejected rejected) {
      return new Standing(
          Standing.State.WAITING, Optional.of(place), Optional.of(rejected.reason()));
    }
    return verdict instanceof Verdict.Superseded superseded
        ? new Standing(Standing.State.SUPERSEDED, Optional.of(place), Optional.of(superseded.by()))
        : new Standing(Standing.State.APPLIED, Optional.of(place), Optional.empty());
  }

  /** Empty where it cannot be said: of heartbeats, and of views that are elsewhere. */
  private Optional<Verdict> verdict(Place place) {
    if (!place.topic().equals(topics.events())
        || place.partition() < 0
        || place.partition() >= readModel.partitions()) {
      return Optional.empty();
    }
    try {
      var view = readModel.view(place.partition());
      return view.head().offset() >= place.offset()
          ? Optional.of(view.verdict(place.offset()))
          : Optional.empty();
    } catch (ViewUnavailableException elsewhere) {
      return Optional.empty();
    }
  }
}
