package io.flowledger.ingest.metaflow;

import io.flowledger.http.RequestMemory;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.ingest.log.AppendFailure;
import io.flowledger.ingest.log.PendingWrites;
import io.flowledger.ingest.numbers.NumberTakenException;
import io.flowledger.ingest.numbers.Sequence;
import io.flowledger.ingest.numbers.Sequences;
import io.flowledger.ingest.write.Appender;
import io.flowledger.ingest.write.Proposal;
import io.flowledger.ingest.write.Stamps;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.schemas.Position;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests that write one event: as an earlier one under the same key was answered, or by
 * what their own event has made. How many writes are on their way is bounded; more are answered
 * 503.
 *
 * <p>Of the writes under one idempotency key the first in the log is the one that is read back, for
 * all of them: one that the view knows already is not even appended again.
 */
public final class WriteAnswers {

  private static final Logger LOG = LoggerFactory.getLogger(WriteAnswers.class);
  private static final int MOST_TRIES = 16;
  private static final long[] NO_NUMBERS = {};

  private final ReadModel readModel;
  private final Appender appender;
  private final Sequences sequences;
  private final Stamps stamps;
  private final PendingWrites pending;
  private final Counter replays;
  private final Counter collisions;
  private final AtomicBoolean collided = new AtomicBoolean();

  /**
   * @param replays counts requests that are answered as earlier ones under the same key
   * @param collisions counts numbers of the sequences that somebody else has used already
   */
  public WriteAnswers(
      ReadModel readModel,
      Appender appender,
      Sequences sequences,
      Stamps stamps,
      PendingWrites pending,
      Counter replays,
      Counter collisions) {
    this.readModel = readModel;
    this.appender = appender;
    this.sequences = sequences;
    this.stamps = stamps;
    this.pending = pending;
    this.replays = replays;
    this.collisions = collisions;
  }

  /**
   * Answers a request as the earlier one under the same key was answered.
   *
   * @param answer renders what was made
   * @return whether the view knows of one; else the projection decides
   * @throws RefusedException 422 when that was another request
   */
  <T> boolean answeredAgain(
      WriteRequest request, Proposal.Draft<T> draft, Function<T, Buffer> answer) {
    Optional<Proposal.Outcome<T>> earlier = draft.earlier(readModel);
    if (earlier.isEmpty()) {
      return false;
    }
    if (request.isAsync()) {
      markReplayed(request.routing());
      Answers.appended(request.routing(), earlier.get().position());
    } else {
      answer(request.routing(), earlier.get(), answer);
    }
    return true;
  }

  /**
   * Appends what the draft proposes, and answers the request when it is applied.
   *
   * @param answer renders what has been made
   */
  <T> void write(WriteRequest request, Proposal.Draft<T> draft, Function<T, Buffer> answer) {
    new Write<>(request, draft, answer).number();
  }

  private <T> void answer(
      RoutingContext routing, Proposal.Outcome<? extends T> outcome, Function<T, Buffer> answer) {
    if (outcome.replayed()) {
      markReplayed(routing);
    }
    Answers.applied(routing, outcome.position(), answer.apply(outcome.made()));
  }

  private void markReplayed(RoutingContext routing) {
    replays.increment();
    Answers.markReplayed(routing);
  }

  /**
   * A write on its way, step by step. Where its number turns out to be taken, it takes its way once
   * more. It is the executor of the one turn that an append has, which is its end and makes room
   * for another.
   */
  private final class Write<T> implements Appender.Progress<T>, Executor {

    private final RoutingContext routing;
    private final WriteRequest request;
    private final Proposal.Draft<T> draft;
    private final Function<T, Buffer> answer;
    private final Context context;
    private RequestMemory.Hold memory;
    private int tries;

    Write(WriteRequest request, Proposal.Draft<T> draft, Function<T, Buffer> answer) {
      this.routing = request.routing();
      this.request = request;
      this.draft = draft;
      this.answer = answer;
      this.context = routing.vertx().getOrCreateContext();
      this.memory = request.holdMemory();
    }

    // ---- number -------------------------------------------------------------------------------

    /** Goes on at once where numbers are there, else in the context of the request. */
    void number() {
      try {
        takeNumbers();
      } catch (RuntimeException notAppended) {
        memory.close();
        throw notAppended;
      }
    }

    private void takeNumbers() {
      if (draft.sequence().isEmpty()) {
        append(NO_NUMBERS);
        return;
      }
      Thread caller = Thread.currentThread();
      sequences.take(
          draft.sequence().get(),
          draft.count(),
          new Sequence.Taker() {
            @Override
            public void numbers(long[] numbers) {
              if (Thread.currentThread() == caller) {
                append(numbers);
              } else {
                context.runOnContext(on -> appendOrFail(numbers));
              }
            }

            @Override
            public void failed(Exception cause) {
              memory.close();
              context.runOnContext(on -> routing.fail(AppendFailure.refusal(cause)));
            }
          });
    }

    // ---- stamp, propose, append ---------------------------------------------------------------

    private void appendOrFail(long[] numbers) {
      try {
        append(numbers);
      } catch (RuntimeException notAppended) {
        memory.close();
        routing.fail(notAppended);
      }
    }

    private void append(long[] numbers) {
      Stamps.Stamp stamp = stamps.of(request.origin(), draft.key());
      Proposal<T> proposal = draft.propose(numbers, stamp);
      if (!pending.begin()) {
        throw RefusedException.unavailable("too many writes are on their way, try again");
      }
      try {
        if (request.isAsync()) {
          appender.append(proposal, request.trace(), this, this);
        } else {
          appender.appendUntilApplied(proposal, request.trace(), this, this);
        }
      } catch (RuntimeException notAppended) {
        pending.end();
        throw notAppended;
      }
    }

    // ---- answer -------------------------------------------------------------------------------

    @Override
    public void execute(Runnable turn) {
      pending.end();
      memory.close(); // what is held still is the answer, as long as the client is there
      context.runOnContext(
          on -> {
            if (!routing.response().closed()) {
              orFail(turn);
            }
          });
    }

    private void orFail(Runnable step) {
      try {
        step.run();
      } catch (RuntimeException e) {
        routing.fail(e);
      }
    }

    @Override
    public boolean appended(Position position) {
      Answers.appended(routing, position);
      return false;
    }

    @Override
    public void made(Proposal.Outcome<? extends T> outcome) {
      answer(routing, outcome, answer);
    }

    @Override
    public void failed(Throwable cause) {
      if (cause instanceof NumberTakenException taken) {
        numberAgain(taken);
      } else {
        routing.fail(cause);
      }
    }

    private void numberAgain(NumberTakenException taken) {
      collisions.increment();
      if (collided.compareAndSet(false, true)) {
        LOG.warn(
            "{}: somebody appends events with numbers that were not claimed", taken.getMessage());
      }
      if (++tries == MOST_TRIES) {
        throw RefusedException.unavailable(
            "somebody uses the next numbers without having claimed them, try again");
      }
      memory = request.holdMemory();
      number();
    }
  }
}
