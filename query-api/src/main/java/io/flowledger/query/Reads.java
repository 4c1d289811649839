package io.flowledger.query;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.PastState;
import io.flowledger.projector.readmodel.ReadModel;
import io.flowledger.projector.readmodel.RunRow;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.schemas.Position;
import io.vertx.core.Context;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * Mounts read endpoints. All wait for the position that a request asks for, and those of a flow
 * answer as they would have at an earlier moment.
 */
final class Reads {

  private static final String MIN_POSITION = "Flowledger-Min-Position";

  private final ReadModel readModel;
  private final ScanThreads scans;
  private final Clock clock;

  Reads(ReadModel readModel, ScanThreads scans, Clock clock) {
    this.readModel = readModel;
    this.scans = scans;
    this.clock = clock;
  }

  /** Adds an endpoint of a flow, or of what is in one, to a router. */
  void get(Router router, String path, Consumer<Read> endpoint) {
    getLive(router, path, read -> asOf(read, endpoint));
  }

  /**
   * Adds an endpoint of a flow that shows nothing that ever changes: as of a moment it answers as
   * it does now, or that the flow is not there yet.
   */
  void getConstant(Router router, String path, Consumer<Read> endpoint) {
    getLive(
        router,
        path,
        read -> {
          Optional<Moment> moment = Moment.asOf(read.parameters());
          if (moment.isEmpty()) {
            endpoint.accept(read);
            return;
          }
          find(
              read,
              () -> Past.existed(moment.get(), readModel, read.flowId()),
              existed -> {
                if (!existed) {
                  throw RefusedException.notRegistered("flow " + read.flowId());
                }
                endpoint.accept(read);
              });
        });
  }

  /** Adds an endpoint that sees to {@code as_of} by itself. */
  void getLive(Router router, String path, Consumer<Read> endpoint) {
    router
        .route(path)
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .handler(request -> atPosition(request, endpoint));
  }

  /** Waits for the position that the request asks for, if it does. */
  private void atPosition(RoutingContext request, Consumer<Read> endpoint) {
    String text = request.request().getHeader(MIN_POSITION);
    if (text == null) {
      answer(request, endpoint);
      return;
    }
    Position position =
        Position.parse(text)
            .filter(parsed -> parsed.partition() < readModel.partitions())
            .orElseThrow(
                () -> RefusedException.malformed(MIN_POSITION + " is no position: '" + text + "'"));
    Context context = request.vertx().getOrCreateContext();
    readModel.awaitApplied(
        position,
        new ReadModel.AppliedWaiter() {
          @Override
          public void applied() {
            context.runOnContext(
                on -> {
                  try {
                    answer(request, endpoint);
                  } catch (RuntimeException e) {
                    request.fail(e);
                  }
                });
          }

          @Override
          public void unavailable(ViewUnavailableException reason) {
            context.runOnContext(on -> request.fail(reason));
          }
        });
  }

  private void answer(RoutingContext request, Consumer<Read> endpoint) {
    endpoint.accept(new Read(request, readModel, Optional.empty(), clock));
  }

  private void asOf(Read read, Consumer<Read> endpoint) {
    Optional<Moment> moment = Moment.asOf(read.parameters());
    if (moment.isEmpty()) {
      endpoint.accept(read);
      return;
    }
    find(read, () -> then(read, moment.get()), then -> whileOpen(then, read.request(), endpoint));
  }

  /**
   * Goes on with what has to be found first, which takes too long for an event loop.
   *
   * @param found is called on the event loop
   */
  <T> void find(Read read, Callable<T> search, Consumer<T> found) {
    scans
        .read(search)
        .onSuccess(
            result -> {
              try {
                found.accept(result);
              } catch (RuntimeException e) {
                read.request().fail(e);
              }
            })
        .onFailure(read.request()::fail);
  }

  /** A past state and the read that is answered from it. */
  private record Then(PastState state, Read read) {}

  private Then then(Read read, Moment moment) {
    Past.await(moment, readModel, read.flowId());
    boolean ofRun = read.request().pathParams().containsKey("run");
    Optional<RunRow> run = ofRun ? read.run(read.view()) : Optional.empty();
    if (ofRun && run.isEmpty()) {
      return new Then(live(read.view()), read); // what is not there now was never there
    }
    Past past = Past.find(moment, readModel, read.flowId(), run, clock);
    PastState state = past.open(readModel, read.flowId(), run);
    Clock then = Clock.fixed(Instant.ofEpochMilli(past.epochMillis()), ZoneOffset.UTC);
    return new Then(state, new Read(read.request(), readModel, Optional.of(state.view()), then));
  }

  private static PastState live(View view) {
    return new PastState() {
      @Override
      public View view() {
        return view;
      }

      @Override
      public void close() {}
    };
  }

  /** The state is open until the answer has been sent, or cannot be. */
  private static void whileOpen(Then then, RoutingContext request, Consumer<Read> endpoint) {
    request.addEndHandler(over -> then.state().close());
    if (request.response().ended() || request.response().closed()) {
      then.state().close();
      return;
    }
    endpoint.accept(then.read());
  }
}
