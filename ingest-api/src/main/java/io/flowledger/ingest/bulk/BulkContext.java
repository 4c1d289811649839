package io.flowledger.ingest.bulk;

import io.flowledger.event.Origin;
import io.flowledger.http.refusal.Reason;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.http.trace.RequestTrace;
import io.flowledger.ingest.body.JsonPiece;
import io.flowledger.ingest.bulk.NamedObject.There;
import io.flowledger.ingest.numbers.Sequences;
import io.flowledger.ingest.write.Appender;
import io.flowledger.ingest.write.IdempotencyKey;
import io.flowledger.ingest.write.Parents;
import io.flowledger.ingest.write.Proposal;
import io.flowledger.ingest.write.RegistrationProposals;
import io.flowledger.ingest.write.Stamps;
import io.flowledger.projector.readmodel.ReadModel;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * What the writes of a bulk request are made with.
 *
 * @param key of the request
 * @param origin who sends it
 * @param trace that the request is part of
 * @param turns of the request
 * @param steps takes what is to be done, in the order of the entries
 */
record BulkContext(
    Parents parents,
    RegistrationProposals proposals,
    ReadModel readModel,
    Stamps stamps,
    IdempotencyKey key,
    Origin origin,
    RequestTrace trace,
    NamedObjects objects,
    Appender appender,
    Executor turns,
    BulkOutcomes outcomes,
    Consumer<BulkStep> steps) {

  /** The key of an entry. */
  IdempotencyKey key(int index, JsonPiece piece) {
    return key.isPresent() ? key.entry(index, piece.copy()) : IdempotencyKey.NONE;
  }

  /**
   * What an earlier sending of the request has made.
   *
   * @throws RefusedException 422 when that was another request
   */
  <T> Optional<Proposal.Outcome<T>> earlier(Proposal.Draft<T> draft) {
    try {
      return draft.earlier(readModel);
    } catch (RefusedException e) {
      if (e.reason() == Reason.EXISTS) {
        return Optional.empty(); // it had not been first, and is not now
      }
      throw e;
    }
  }

  /** Appends the event of a draft, which is told of in turns of the request. */
  <T> void append(Proposal.Draft<? extends T> draft, long[] numbers, Appender.Progress<T> told) {
    appender.append(draft.propose(numbers, stamps.of(origin, draft.key())), trace, turns, told);
  }

  /** Something to do that takes no numbers. */
  void plan(Runnable step, Consumer<Throwable> refuse) {
    plan(Optional.empty(), numbers -> step.run(), refuse);
  }

  /** Something to do that takes a number, if there is a sequence. */
  void plan(Optional<Sequences.Name> sequence, Consumer<long[]> step, Consumer<Throwable> refuse) {
    steps.accept(new Step(sequence, step, refuse));
  }

  private record Step(
      Optional<Sequences.Name> sequence, Consumer<long[]> step, Consumer<Throwable> refusal)
      implements BulkStep {

    @Override
    public int count() {
      return sequence.isPresent() ? 1 : 0;
    }

    @Override
    public void run(long[] numbers) {
      step.accept(numbers);
    }

    @Override
    public void refuse(Throwable cause) {
      refusal.accept(cause);
    }
  }

  /** Goes on when an object is there. */
  static void whenThere(Future<There> there, Consumer<There> then, Consumer<Throwable> otherwise) {
    there.onComplete(
        end -> {
          if (end.failed()) {
            otherwise.accept(end.cause());
            return;
          }
          try {
            then.accept(end.result());
          } catch (RuntimeException e) {
            otherwise.accept(e);
          }
        });
  }
}
