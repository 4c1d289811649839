package io.flowledger.ingest;

import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.schemas.Position;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.atomic.AtomicInteger;
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

  private static final CharSequence POSITION = HttpHeaders.createOptimized("Flowledger-Position");
  private static final CharSequence TEXT = HttpHeaders.createOptimized("text/plain; charset=utf-8");
  private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
  private static final String PREFER = "Prefer";
  private static final String RESPOND_ASYNC = "respond-async";
  private static final int ACCEPTED = 202;

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
     */
    Buffer from(View view);
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

  void write(
      RoutingContext request,
      String flowId,
      SpecificRecord event,
      ReadBack readBack,
      WithoutView withoutView) {
    if (pending.incrementAndGet() > maxPending) {
      pending.decrementAndGet();
      throw Rejection.unavailable("too many writes are on their way, try again");
    }
    Context context = request.vertx().getOrCreateContext();
    log.append(
        flowId,
        event,
        new EventLog.Acknowledgement() {
          @Override
          public void appended(Position position) {
            if (isAsync(request)) {
              finish(context, request, () -> accepted(request, position));
            } else {
              await(position);
            }
          }

          private void await(Position position) {
            readModel.awaitApplied(
                position,
                new ReadModel.AppliedWaiter() {
                  @Override
                  public void applied() {
                    finish(
                        context,
                        request,
                        () -> answer(request, position, read(flowId, readBack, withoutView)));
                  }

                  @Override
                  public void unavailable(ViewUnavailableException reason) {
                    finish(context, request, () -> answer(request, position, withoutView.answer()));
                  }
                });
          }

          @Override
          public void failed(Exception cause) {
            finish(context, request, () -> request.fail(rejection(cause)));
          }
        });
  }

  private Buffer read(String flowId, ReadBack readBack, WithoutView withoutView) {
    try {
      return readBack.from(readModel.view(readModel.partitionOf(flowId)));
    } catch (ViewUnavailableException movedMeanwhile) {
      return withoutView.answer();
    }
  }

  private void finish(Context context, RoutingContext request, Runnable step) {
    pending.decrementAndGet();
    context.runOnContext(
        on -> {
          try {
            if (!request.response().closed()) {
              step.run();
            }
          } catch (RuntimeException e) {
            request.fail(e);
          }
        });
  }

  private static boolean isAsync(RoutingContext request) {
    String prefer = request.request().getHeader(PREFER);
    return prefer != null && prefer.contains(RESPOND_ASYNC);
  }

  /** What to answer when an append has failed. */
  static RuntimeException rejection(Exception cause) {
    if (cause instanceof RecordTooLargeException) {
      return Rejection.tooLarge("the request makes an event that is too large for the log");
    }
    LOG.warn("an append has failed: {}", cause.toString());
    return Rejection.unavailable("the log cannot be written now, try again");
  }

  static void answer(RoutingContext request, Position position, Buffer body) {
    request
        .response()
        .putHeader(POSITION, position.toString())
        .putHeader(HttpHeaders.CONTENT_TYPE, TEXT)
        .end(body);
  }

  private static void accepted(RoutingContext request, Position position) {
    request
        .response()
        .setStatusCode(ACCEPTED)
        .putHeader(POSITION, position.toString())
        .putHeader(HttpHeaders.CONTENT_TYPE, JSON)
        .end("{\"position\": \"" + position + "\"}");
  }
}
