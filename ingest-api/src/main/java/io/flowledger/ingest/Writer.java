package io.flowledger.ingest;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.schemas.Position;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a write from its event to its answer: append, wait until the owner of the view has applied
 * it, read it back. How many are on their way is bounded; more are answered 503.
 *
 * <p>Of the writes under one idempotency key the first in the log is the one that is read back, for
 * all of them: one that the view knows already is not even appended again.
 */
final class Writer {

  private static final Logger LOG = LoggerFactory.getLogger(Writer.class);

  private static final String PREFER = "Prefer";
  private static final String RESPOND_ASYNC = "respond-async";

  private final EventLog log;
  private final ReadModel readModel;
  private final PendingWrites pending;
  private final LongAdder replays = new LongAdder();

  Writer(EventLog log, ReadModel readModel, PendingWrites pending) {
    this.log = log;
    this.readModel = readModel;
    this.pending = pending;
  }

  /** How many requests were answered as earlier ones under the same key. */
  long replays() {
    return replays.sum();
  }

  /**
   * Answers a request as the earlier one under the same key was answered.
   *
   * @param answer renders what was made
   * @return whether the view knows of one; else the projection decides
   * @throws RefusedException 422 when that was another request
   */
  <T> boolean answeredAgain(
      Attempt attempt, Proposal.ReadBack<T> readBack, Function<T, Buffer> answer) {
    Optional<Proposal.Outcome<T>> earlier =
        Proposal.earlier(readModel, attempt.flowId(), attempt.key(), readBack);
    if (earlier.isEmpty()) {
      return false;
    }
    Proposal.Outcome<T> outcome = earlier.get();
    if (isAsync(attempt.request())) {
      markReplayed(attempt.request());
      Answers.appended(attempt.request(), outcome.position());
    } else {
      answer(attempt.request(), outcome, answer);
    }
    return true;
  }

  private void markReplayed(RoutingContext request) {
    replays.increment();
    Answers.markReplayed(request);
  }

  private <T> void answer(
      RoutingContext request, Proposal.Outcome<T> outcome, Function<T, Buffer> answer) {
    if (outcome.replayed()) {
      markReplayed(request);
    }
    Answers.applied(request, outcome.position(), answer.apply(outcome.made()));
  }

  /** What is done where {@link NumberTakenException} says that it is to be. */
  interface Retry {
    void again(NumberTakenException cause);
  }

  /**
   * Appends the event, and answers the request when it is applied.
   *
   * @param answer renders what has been made
   */
  <T> void write(Attempt attempt, Proposal<T> proposal, Function<T, Buffer> answer) {
    write(
        attempt,
        proposal,
        answer,
        cause -> {
          throw cause;
        });
  }

  /** The same for an event with a number that somebody may have used without being given it. */
  <T> void write(Attempt attempt, Proposal<T> proposal, Function<T, Buffer> answer, Retry retry) {
    if (!pending.begin()) {
      throw RefusedException.unavailable("too many writes are on their way, try again");
    }
    try {
      log.append(
          proposal.flowId(),
          proposal.event(),
          new Write<>(attempt.request(), proposal, answer, retry));
    } catch (RuntimeException notAppended) {
      pending.end();
      throw notAppended;
    }
  }

  /** A write on its way. It ends once, in {@link #end}, which makes room for another. */
  private final class Write<T> implements EventLog.Acknowledgement {

    private final RoutingContext request;
    private final Proposal<T> proposal;
    private final Function<T, Buffer> answer;
    private final Retry retry;
    private final Context context;
    private final boolean async;

    Write(RoutingContext request, Proposal<T> proposal, Function<T, Buffer> answer, Retry retry) {
      this.request = request;
      this.proposal = proposal;
      this.answer = answer;
      this.retry = retry;
      this.context = request.vertx().getOrCreateContext();
      this.async = isAsync(request);
    }

    @Override
    public void appended(Position position) {
      if (async) {
        end(() -> Answers.appended(request, position));
      } else {
        await(position);
      }
    }

    @Override
    public void failed(Exception cause) {
      end(() -> request.fail(rejection(cause)));
    }

    private void await(Position position) {
      readModel.awaitApplied(
          position,
          new ReadModel.AppliedWaiter() {
            @Override
            public void applied() {
              end(() -> answerOrRetry(position));
            }

            @Override
            public void unavailable(ViewUnavailableException reason) {
              end(() -> answer(request, proposal.outcomeWithoutView(position), answer));
            }
          });
    }

    private void answerOrRetry(Position position) {
      Proposal.Outcome<T> outcome;
      try {
        outcome = proposal.outcome(readModel, position);
      } catch (NumberTakenException taken) {
        retry.again(taken);
        return;
      }
      answer(request, outcome, answer);
    }

    private void end(Runnable how) {
      pending.end();
      context.runOnContext(
          on -> {
            try {
              if (!request.response().closed()) {
                how.run();
              }
            } catch (RuntimeException e) {
              request.fail(e);
            }
          });
    }
  }

  /** Whether the client wants its answer before the view has applied the write. */
  static boolean isAsync(RoutingContext request) {
    return request.request().headers().getAll(PREFER).stream()
        .flatMap(line -> Stream.of(line.split(",")))
        .anyMatch(preference -> preference.strip().equalsIgnoreCase(RESPOND_ASYNC));
  }

  /** What to answer when an append has failed. */
  static RuntimeException rejection(Exception cause) {
    if (cause instanceof RecordTooLargeException) {
      return RefusedException.tooLarge("the request makes an event that is too large for the log");
    }
    LOG.warn("an append has failed: {}", cause.toString());
    return RefusedException.unavailable("the log cannot be written now, try again");
  }
}
