package io.flowledger.ingest.bulk;

import io.flowledger.http.refusal.Reason;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.body.JsonPiece;
import io.flowledger.ingest.bulk.NamedObject.Task;
import io.flowledger.ingest.bulk.entry.BulkEntry;
import io.flowledger.ingest.write.Appender;
import io.flowledger.ingest.write.IdempotencyKey;
import io.flowledger.ingest.write.Parents;
import io.flowledger.ingest.write.Proposal;
import io.flowledger.ingest.write.RegisteredTask;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.projector.text.JsonText;
import io.flowledger.schemas.Position;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Entries of a bulk request that become one event of a task.
 *
 * @param <E> what the event holds
 * @param <T> what it makes
 */
abstract class EventGroup<E, T> implements BulkStep, Appender.Progress<T> {

  private static final int MAX_EVENT_BYTES = 64 << 10;

  /**
   * An entry in the event of its group.
   *
   * @param first of its own among the entries of the event
   * @param listed whether it came as a list
   */
  record Member(int index, int first, int count, boolean listed) {}

  private final BulkContext context;
  private final BulkEntry.Place place;
  private final List<Member> members = new ArrayList<>();
  private final List<E> entries = new ArrayList<>();
  private final ByteArrayOutputStream meaning = new ByteArrayOutputStream(0);
  private @Nullable Task task;
  private Optional<RuntimeException> refusal = Optional.empty();
  private Optional<Proposal.Outcome<T>> earlier = Optional.empty();
  private IdempotencyKey key = IdempotencyKey.NONE;
  private int bytes;

  EventGroup(BulkContext context, BulkEntry.Place place) {
    this.context = context;
    this.place = place;
    try {
      task = context.objects().task(place).orElseThrow(Parents::unregisteredTask);
    } catch (RefusedException e) {
      boolean isUnknown = e.reason() == Reason.UNKNOWN;
      refusal = Optional.of(isUnknown ? Parents.unregisteredTask() : e);
    } catch (ViewUnavailableException e) {
      refusal = Optional.of(e);
    }
  }

  boolean hasRoom(BulkEntry.Place of, int more) {
    return bytes + more <= MAX_EVENT_BYTES && place.equals(of);
  }

  void add(int index, List<E> more, boolean listed, JsonPiece piece) {
    members.add(new Member(index, entries.size(), more.size(), listed));
    entries.addAll(more);
    bytes += piece.length();
    if (context.key().isPresent()) {
      meaning.write(piece.bytes(), piece.start(), piece.length());
      meaning.write('\n');
    }
  }

  List<E> entries() {
    return entries;
  }

  List<Member> members() {
    return members;
  }

  boolean isToBeAppended() {
    return refusal.isEmpty() && earlier.isEmpty() && !entries.isEmpty();
  }

  /** Looks whether an earlier sending of the request has made the event. */
  void lookUp() {
    if (task == null) {
      return;
    }
    key = context.key().entry(members.get(0).index(), meaning.toByteArray());
    if (task.there().succeeded()) {
      RegisteredTask of = task.known(task.there().result());
      try {
        earlier = context.earlier(draft(of, key));
      } catch (RefusedException e) {
        refuseAll(e);
      }
    }
  }

  Optional<Proposal.Outcome<T>> earlier() {
    return earlier;
  }

  /** Sees to it that nothing of it is appended. */
  void refuseAll(RuntimeException cause) {
    refusal = Optional.of(cause);
  }

  boolean isRefused() {
    return refusal.isPresent();
  }

  void refuseNow() {
    refusal.ifPresent(this::refuse);
  }

  abstract Proposal.Draft<T> draft(RegisteredTask of, IdempotencyKey key);

  /** The numbers that the entries have in the event that is appended. */
  void numbered(long[] numbers) {}

  /** Adds to the line of an entry what is known when it is in the log. */
  void describe(Member member, JsonText line) {}

  @Override
  public void run(long[] numbers) {
    if (isRefused()) {
      refuseNow();
    } else if (earlier.isPresent()) {
      tell(earlier.get());
    } else if (entries.isEmpty()) { // and no event
      tell(context.outcomes().created(), Optional.empty());
    } else if (task != null) {
      Task of = task;
      BulkContext.whenThere(
          of.there(),
          found -> {
            numbered(numbers);
            context.append(draft(of.known(found), key), numbers, this);
          },
          this::refuse);
    }
  }

  @Override
  public boolean appended(Position position) {
    if (context.outcomes().async()) {
      members.forEach(
          member ->
              tell(
                  member,
                  BulkResult.APPENDED,
                  line -> {
                    if (!key.isPresent()) { // else another event may be the one that counts
                      describe(member, line);
                    }
                  },
                  Optional.of(position)));
    }
    return !context.outcomes().async();
  }

  @Override
  public void made(Proposal.Outcome<? extends T> outcome) {
    tell(outcome);
  }

  /** Tells of entries that the view has. */
  void tell(Proposal.Outcome<? extends T> outcome) {
    tell(context.outcomes().created(), Optional.of(outcome.position()));
  }

  private void tell(BulkResult result, Optional<Position> position) {
    members.forEach(member -> tell(member, result, line -> describe(member, line), position));
  }

  void tell(
      Member member, BulkResult result, Consumer<JsonText> fields, Optional<Position> position) {
    context.outcomes().tell(member.index(), result, fields, position);
  }

  @Override
  public void failed(Throwable cause) {
    refuse(cause);
  }

  @Override
  public void refuse(Throwable cause) {
    members.forEach(member -> context.outcomes().reject(member.index(), cause));
  }
}
