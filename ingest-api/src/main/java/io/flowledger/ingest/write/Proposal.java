package io.flowledger.ingest.write;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.numbers.NumberTakenException;
import io.flowledger.ingest.numbers.Sequences;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.projector.row.EventKey;
import io.flowledger.projector.row.KeyedEvent;
import io.flowledger.schemas.Envelope;
import io.flowledger.schemas.Position;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/**
 * An event that a client wants in the log, and how it is found out what has become of it. Of the
 * proposals under one idempotency key the first in the log is the one that is read back, for all of
 * them.
 *
 * @param draft what it was before it had its numbers and its stamp
 * @param own what it makes, if it is the first
 * @param withoutView says what it has made when no view can be read
 * @param <T> what is made
 */
public record Proposal<T>(
    Draft<T> draft, SpecificRecord event, Made own, WithoutView<T> withoutView) {

  /**
   * A proposal before it has its numbers and its stamp.
   *
   * @param flowId whose history it belongs to
   * @param sequence that its numbers are of; empty where it takes none
   * @param count how many numbers it takes
   * @param readBack finds what has been made
   * @param maker makes the event
   */
  public record Draft<T>(
      String flowId,
      IdempotencyKey key,
      Optional<Sequences.Name> sequence,
      int count,
      ReadBack<T> readBack,
      Maker<T> maker) {

    /** One that takes no numbers. */
    static <T> Draft<T> of(
        String flowId, IdempotencyKey key, ReadBack<T> readBack, Maker<T> maker) {
      return new Draft<>(flowId, key, Optional.empty(), 0, readBack, maker);
    }

    /** One of an object that takes a number. */
    static <T> Draft<T> numbered(
        String flowId,
        IdempotencyKey key,
        Sequences.Name sequence,
        ReadBack<T> readBack,
        Maker<T> maker) {
      return new Draft<>(flowId, key, Optional.of(sequence), 1, readBack, maker);
    }

    /**
     * What was made by an earlier proposal under the same key, as far as the view has come; empty
     * where it knows of none, or cannot be read.
     *
     * @throws RefusedException 422 when that was another request
     */
    public Optional<Outcome<T>> earlier(ReadModel readModel) {
      return Proposal.earlier(readModel, flowId, key, readBack);
    }

    /**
     * The proposal with its numbers.
     *
     * @param numbers as many as it takes
     */
    public Proposal<T> propose(long[] numbers, Stamps.Stamp stamp) {
      Content<T> content = maker.make(numbers, stamp);
      Made own = new Made(EventKey.of(stamp.eventId()), numbers.length == 0 ? 0 : numbers[0]);
      return new Proposal<>(this, content.event(), own, content.withoutView());
    }

    /** The same for whoever does not ask what it makes. */
    public <U> Draft<U> told(U what) {
      return new Draft<>(
          flowId,
          key,
          sequence,
          count,
          (view, made) -> what,
          (numbers, stamp) -> new Content<>(maker.make(numbers, stamp).event(), () -> what));
    }
  }

  /** Makes the event of a draft. */
  interface Maker<T> {
    /**
     * The event with these numbers.
     *
     * @throws RefusedException 422 when there is none
     */
    Content<T> make(long[] numbers, Stamps.Stamp stamp);
  }

  /**
   * An event that has been made.
   *
   * @param withoutView says what it has made when no view can be read
   */
  public record Content<T>(SpecificRecord event, WithoutView<T> withoutView) {}

  /**
   * What an event makes.
   *
   * @param event what the rows that it makes start with
   * @param number its first one, which is that of the run or task that it registers; 0 where it has
   *     none
   */
  public record Made(EventKey event, long number) {
    private static Made of(KeyedEvent first) {
      return new Made(
          first.event(), first.kind() == Envelope.Kind.TASK ? first.taskId() : first.runNumber());
    }
  }

  /** How it is read from the view that has applied an event what the event has made. */
  interface ReadBack<T> {
    /**
     * What has been made.
     *
     * @param made by the event of this request, or the earlier one that it repeats
     * @throws RefusedException 409 when another event had been first
     * @throws NumberTakenException when it is to be tried with another number
     */
    T from(View view, Made made);
  }

  /** How it is said when the view cannot be read in time, though the event is in the log. */
  interface WithoutView<T> {
    /**
     * What the event makes, whatever else is in the log.
     *
     * @throws RefusedException 503 when the event alone does not tell
     */
    T made();
  }

  /**
   * What has become of a proposal.
   *
   * @param position of the event that has made it
   * @param number the first one that it took, see {@link Made}
   * @param replayed whether that is an earlier one under the same key
   */
  public record Outcome<T>(Position position, T made, long number, boolean replayed) {}

  /**
   * What was made by an earlier proposal under a key, as far as the view has come; empty where it
   * knows of none, or cannot be read.
   *
   * @throws RefusedException 422 when that was another request
   */
  static <T> Optional<Outcome<T>> earlier(
      ReadModel readModel, String flowId, IdempotencyKey key, ReadBack<T> readBack) {
    if (!key.isPresent()) {
      return Optional.empty();
    }
    try {
      int partition = readModel.partitionOf(flowId);
      View view = readModel.view(partition);
      return key.first(view, flowId).map(first -> replayed(partition, view, first, readBack));
    } catch (ViewUnavailableException notNow) {
      return Optional.empty(); // then the projection decides
    }
  }

  private static <T> Outcome<T> replayed(
      int partition, View view, KeyedEvent first, ReadBack<T> readBack) {
    Made made = Made.of(first);
    return new Outcome<>(
        Position.event(partition, first.offset()), readBack.from(view, made), made.number(), true);
  }

  /** Whose history it belongs to. */
  String flowId() {
    return draft.flowId();
  }

  /**
   * What has become of this one, which is applied.
   *
   * @param position of its own event
   * @throws RefusedException 409 when another event had been first; 422 when another request has
   *     its key; 503 when that cannot be said
   * @throws NumberTakenException when it is to be tried with another number
   */
  Outcome<T> outcome(ReadModel readModel, Position position) {
    try {
      View view = readModel.view(position.partition());
      Optional<KeyedEvent> first =
          draft.key().first(view, flowId()).filter(keyed -> !keyed.event().equals(own.event()));
      return first.isPresent()
          ? replayed(position.partition(), view, first.get(), draft.readBack())
          : new Outcome<>(position, draft.readBack().from(view, own), own.number(), false);
    } catch (ViewUnavailableException movedMeanwhile) {
      // No promise is needed: whoever has the view now had to apply first what was applied before.
      return outcomeWithoutView(position);
    }
  }

  /**
   * The same when no view can be read.
   *
   * @throws RefusedException 503 when it cannot be said then
   */
  Outcome<T> outcomeWithoutView(Position position) {
    if (draft.key().isPresent()) {
      throw RefusedException.unavailable(
          "it cannot be said now whether this request or another one under its "
              + IdempotencyKey.HEADER
              + " was first, try again");
    }
    return new Outcome<>(position, withoutView.made(), own.number(), false);
  }
}
