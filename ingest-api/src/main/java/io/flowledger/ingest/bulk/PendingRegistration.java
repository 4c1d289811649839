package io.flowledger.ingest.bulk;

import io.flowledger.http.refusal.Reason;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.bulk.NamedObject.There;
import io.flowledger.ingest.numbers.Sequences;
import io.flowledger.ingest.write.Appender;
import io.flowledger.ingest.write.IdempotencyKey;
import io.flowledger.ingest.write.Proposal;
import io.flowledger.schemas.Position;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;
import java.util.function.LongSupplier;

/** An object on its way to be registered by an entry of a bulk request. */
final class PendingRegistration implements Appender.Progress<Object> {

  /** The field of a line that has the number of an object. */
  public enum Field {
    NONE("", Optional.empty()),
    RUN("run_number", Optional.of(Sequences.Name.RUNS)),
    TASK("task_id", Optional.of(Sequences.Name.TASKS));

    private final String label;
    private final Optional<Sequences.Name> sequence;

    Field(String label, Optional<Sequences.Name> sequence) {
      this.label = label;
      this.sequence = sequence;
    }

    /** The sequence that the number is of. */
    Optional<Sequences.Name> sequence() {
      return sequence;
    }
  }

  private final BulkContext context;
  private final int index;
  private final Field field;
  private final boolean ownNumber; // what is made has the number that this entry was given
  private final Optional<LongSupplier> winner;
  private final Promise<There> there = Promise.promise();
  private long number;

  /**
   * @param winner finds the number of the object that has the name, where it has one
   */
  PendingRegistration(
      BulkContext context,
      int index,
      Field field,
      IdempotencyKey key,
      Optional<LongSupplier> winner) {
    this.context = context;
    this.index = index;
    this.field = field;
    this.ownNumber = winner.isEmpty() && !key.isPresent();
    this.winner = winner;
  }

  Future<There> there() {
    return there.future();
  }

  /** Appends the event that registers it. */
  void append(Proposal.Draft<?> draft, long[] numbers) {
    this.number = numbers.length == 0 ? 0 : numbers[0];
    context.append(draft, numbers, this);
  }

  @Override
  public boolean appended(Position position) {
    if (!isContested()) {
      there.tryComplete(new There(number, true));
    }
    if (context.outcomes().async()) {
      Field known = ownNumber ? field : Field.NONE;
      tell(context, index, BulkResult.APPENDED, known, number, Optional.of(position));
    }
    return isContested() || !context.outcomes().async();
  }

  /**
   * Whether the log alone does not decide what is there now: whoever appends to it themselves may
   * have used the number of a run or a task, which is something else then. A client that does not
   * wait for views takes that risk.
   */
  private boolean isContested() {
    return !ownNumber || (field != Field.NONE && !context.outcomes().async());
  }

  @Override
  public void made(Proposal.Outcome<?> outcome) {
    there.tryComplete(new There(outcome.number(), true));
    tell(
        context,
        index,
        BulkResult.CREATED,
        field,
        outcome.number(),
        Optional.of(outcome.position()));
  }

  @Override
  public void failed(Throwable cause) {
    if (cause instanceof RefusedException refusal && refusal.reason() == Reason.EXISTS) {
      lost();
    } else {
      refuse(cause);
    }
  }

  /** Another one has been first. */
  private void lost() {
    try {
      long first = winner.isPresent() ? winner.get().getAsLong() : number;
      there.tryComplete(new There(first, false));
      tell(context, index, BulkResult.EXISTS, field, first, Optional.empty());
    } catch (RuntimeException e) {
      refuse(e);
    }
  }

  void refuse(Throwable cause) {
    there.tryFail(BulkOutcomes.dependency(index, cause));
    context.outcomes().reject(index, cause);
  }

  /** Tells of an object. */
  static void tell(
      BulkContext context,
      int index,
      BulkResult result,
      Field field,
      long number,
      Optional<Position> position) {
    context
        .outcomes()
        .tell(
            index,
            result,
            line -> {
              if (field != Field.NONE) {
                line.raw(", \"").raw(field.label).raw("\": ").number(number);
              }
            },
            position);
  }
}
