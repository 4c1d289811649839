package io.flowledger.ingest;

import io.flowledger.projector.readmodel.EventKey;
import io.flowledger.projector.readmodel.KeyedEvent;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.schemas.Envelope;
import io.flowledger.schemas.Position;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
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
  private final int maxPending;
  private final AtomicInteger pending = new AtomicInteger();
  private final LongAdder replays = new LongAdder();

  Writer(EventLog log, ReadModel readModel, int maxPending) {
    this.log = log;
    this.readModel = readModel;
    this.maxPending = maxPending;
  }

  /**
   * What an event makes.
   *
   * @param event what the rows that it makes start with
   * @param number of the run or the task that it registers, 0 where it registers none
   */
  record Made(EventKey event, long number) {
    static Made of(Stamps.Stamp stamp, long number) {
      return new Made(EventKey.of(stamp.eventId()), number);
    }

    private static Made of(KeyedEvent first) {
      return new Made(
          first.event(), first.kind() == Envelope.Kind.TASK ? first.taskId() : first.runNumber());
    }
  }

  /** How an answer is read back from the view that has applied the event. */
  interface ReadBack {
    /**
     * @param made by the event of this request, or the earlier one that it repeats
     * @throws io.vertx.ext.web.handler.HttpException 409 when another event had been first
     * @throws NumberTakenException when it is to be tried with another number
     */
    Buffer from(View view, Made made);
  }

  /** What is done where {@link NumberTakenException} says that it is to be. */
  interface Retry {
    void again(NumberTakenException cause);
  }

  /**
   * How the answer is made when the view cannot be read in time, though the event is in the log.
   */
  interface WithoutView {
    /**
     * @throws io.vertx.ext.web.handler.HttpException 503 when the event alone does not tell
     */
    Buffer answer();
  }

  /** How many writes are on their way. */
  int pending() {
    return pending.get();
  }

  /** How many requests were answered as earlier ones under the same key. */
  long replays() {
    return replays.sum();
  }

  /**
   * Answers a request as the earlier one under the same key was answered.
   *
   * @return whether the view knows of one; else the projection decides
   * @throws io.vertx.ext.web.handler.HttpException 422 when that was another request
   */
  boolean answeredAgain(Attempt attempt, ReadBack readBack) {
    if (!attempt.key().isPresent()) {
      return false;
    }
    try {
      int partition = readModel.partitionOf(attempt.flowId());
      View view = readModel.view(partition);
      Optional<KeyedEvent> first = attempt.key().first(view, attempt.flowId());
      if (first.isEmpty()) {
        return false;
      }
      Position position = Position.event(partition, first.get().offset());
      Buffer body = replayed(first.get(), view, readBack);
      Answers.markReplayed(attempt.request());
      if (isAsync(attempt.request())) {
        Answers.appended(attempt.request(), position);
      } else {
        Answers.applied(attempt.request(), position, body);
      }
      return true;
    } catch (ViewUnavailableException notNow) {
      return false;
    }
  }

  private Buffer replayed(KeyedEvent first, View view, ReadBack readBack) {
    Buffer body = readBack.from(view, Made.of(first));
    replays.increment();
    return body;
  }

  /**
   * Appends the event to the history of the flow, and answers the request when it is applied.
   *
   * @param own what the event makes, if it is the first
   */
  void write(
      Attempt attempt, SpecificRecord event, Made own, ReadBack readBack, WithoutView withoutView) {
    write(
        attempt,
        event,
        own,
        readBack,
        withoutView,
        cause -> {
          throw cause;
        });
  }

  /** The same for an event with a number that somebody may have used without being given it. */
  void write(
      Attempt attempt,
      SpecificRecord event,
      Made own,
      ReadBack readBack,
      WithoutView withoutView,
      Retry retry) {
    if (pending.incrementAndGet() > maxPending) {
      pending.decrementAndGet();
      throw Rejection.unavailable("too many writes are on their way, try again");
    }
    try {
      log.append(attempt.flowId(), event, new Write(attempt, own, readBack, withoutView, retry));
    } catch (RuntimeException notAppended) {
      pending.decrementAndGet();
      throw notAppended;
    }
  }

  /** A write on its way. It ends once, in {@link #end}, which makes room for another. */
  private final class Write implements EventLog.Acknowledgement {

    private final Attempt attempt;
    private final RoutingContext request;
    private final Made own;
    private final ReadBack readBack;
    private final WithoutView withoutView;
    private final Retry retry;
    private final Context context;
    private final boolean async;

    Write(Attempt attempt, Made own, ReadBack readBack, WithoutView withoutView, Retry retry) {
      this.attempt = attempt;
      this.request = attempt.request();
      this.own = own;
      this.readBack = readBack;
      this.withoutView = withoutView;
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
              end(() -> answer(position));
            }

            @Override
            public void unavailable(ViewUnavailableException reason) {
              end(() -> answerWithoutView(position));
            }
          });
    }

    private void answer(Position position) {
      try {
        View view = readModel.view(position.partition());
        Optional<KeyedEvent> first =
            attempt
                .key()
                .first(view, attempt.flowId())
                .filter(keyed -> !keyed.event().equals(own.event()));
        if (first.isEmpty()) {
          answerOwn(view, position);
          return;
        }
        Buffer body = replayed(first.get(), view, readBack);
        Answers.markReplayed(request);
        Answers.applied(request, Position.event(position.partition(), first.get().offset()), body);
      } catch (ViewUnavailableException movedMeanwhile) {
        answerWithoutView(position);
      }
    }

    private void answerOwn(View view, Position position) {
      Buffer body;
      try {
        body = readBack.from(view, own);
      } catch (NumberTakenException taken) {
        retry.again(taken);
        return;
      }
      Answers.applied(request, position, body);
    }

    private void answerWithoutView(Position position) {
      if (attempt.key().isPresent()) {
        throw Rejection.unavailable(
            "it cannot be said now whether this request or another one under its "
                + IdempotencyKey.HEADER
                + " was first, try again");
      }
      Answers.applied(request, position, withoutView.answer());
    }

    private void end(Runnable answer) {
      pending.decrementAndGet();
      context.runOnContext(
          on -> {
            try {
              if (!request.response().closed()) {
                answer.run();
              }
            } catch (RuntimeException e) {
              request.fail(e);
            }
          });
    }
  }

  private static boolean isAsync(RoutingContext request) {
    return request.request().headers().getAll(PREFER).stream()
        .flatMap(line -> Stream.of(line.split(",")))
        .anyMatch(preference -> preference.strip().equalsIgnoreCase(RESPOND_ASYNC));
  }

  /** What to answer when an append has failed. */
  static RuntimeException rejection(Exception cause) {
    if (cause instanceof RecordTooLargeException) {
      return Rejection.tooLarge("the request makes an event that is too large for the log");
    }
    LOG.warn("an append has failed: {}", cause.toString());
    return Rejection.unavailable("the log cannot be written now, try again");
  }
}
