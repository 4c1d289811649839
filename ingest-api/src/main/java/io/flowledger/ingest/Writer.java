package io.flowledger.ingest;

import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.schemas.Position;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a write from its event to its answer: append, wait until the owner of the view has applied
 * it, read it back. How many are on their way is bounded; more are answered 503.
 */
final class Writer {

  private static final Logger LOG = LoggerFactory.getLogger(Writer.class);

  private static final String PREFER = "Prefer";
  private static final String RESPOND_ASYNC = "respond-async";

  private final EventLog log;
  private final ReadModel readModel;
  private final int maxPending;
  private final AtomicInteger pending = new AtomicInteger();

  Writer(EventLog log, ReadModel readModel, int maxPending) {
    this.log = log;
    this.readModel = readModel;
    this.maxPending = maxPending;
  }

  /** How an answer is read back from the view that has applied the event. */
  interface ReadBack {
    /**
     * @throws io.vertx.ext.web.handler.HttpException 409 when another event had been first
     * @throws NumberTakenException when it is to be tried with another number
     */
    Buffer from(View view);
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

  /** Appends the event to the history of the flow, and answers the request when it is applied. */
  void write(
      RoutingContext request,
      String flowId,
      SpecificRecord event,
      ReadBack readBack,
      WithoutView withoutView) {
    write(
        request,
        flowId,
        event,
        readBack,
        withoutView,
        cause -> {
          throw cause;
        });
  }

  /** The same for an event with a number that somebody may have used without being given it. */
  void write(
      RoutingContext request,
      String flowId,
      SpecificRecord event,
      ReadBack readBack,
      WithoutView withoutView,
      Retry retry) {
    if (pending.incrementAndGet() > maxPending) {
      pending.decrementAndGet();
      throw Rejection.unavailable("too many writes are on their way, try again");
    }
    try {
      log.append(flowId, event, new Write(request, flowId, readBack, withoutView, retry));
    } catch (RuntimeException notAppended) {
      pending.decrementAndGet();
      throw notAppended;
    }
  }

  /** A write on its way. It ends once, in {@link #end}, which makes room for another. */
  private final class Write implements EventLog.Acknowledgement {

    private final RoutingContext request;
    private final String flowId;
    private final ReadBack readBack;
    private final WithoutView withoutView;
    private final Retry retry;
    private final Context context;
    private final boolean async;

    Write(
        RoutingContext request,
        String flowId,
        ReadBack readBack,
        WithoutView withoutView,
        Retry retry) {
      this.request = request;
      this.flowId = flowId;
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
              end(() -> Answers.applied(request, position, withoutView.answer()));
            }
          });
    }

    private void answer(Position position) {
      Buffer answer;
      try {
        answer = read();
      } catch (NumberTakenException e) {
        retry.again(e);
        return;
      }
      Answers.applied(request, position, answer);
    }

    private Buffer read() {
      try {
        return readBack.from(readModel.view(readModel.partitionOf(flowId)));
      } catch (ViewUnavailableException movedMeanwhile) {
        return withoutView.answer();
      }
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
