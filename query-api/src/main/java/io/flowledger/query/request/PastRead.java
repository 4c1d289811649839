package io.flowledger.query.request;

import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.PastState;
import io.flowledger.projector.readmodel.View;
import io.flowledger.projector.row.RunRow;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A request to read, answered from a past state of its flow.
 *
 * @param state open until the answer has been sent, or cannot be
 */
record PastRead(ReadRequest read, PastState state) {

  /**
   * Opens the state of a moment that the view has come to. Blocks.
   *
   * @throws RefusedException 400 when it takes too long to make
   */
  static PastRead open(ReadRequest read, Moment moment) {
    boolean ofRun = read.request().pathParams().containsKey("run");
    Optional<RunRow> run = ofRun ? read.run(read.view()) : Optional.empty();
    if (ofRun && run.isEmpty()) {
      return new PastRead(read, live(read.view())); // what is not there now was never there
    }
    MomentInLog past = MomentInLog.find(moment, read.readModel(), read.flowId(), run, read.clock());
    PastState state = past.open(read.readModel(), read.flowId(), run);
    Clock clock = Clock.fixed(Instant.ofEpochMilli(past.epochMillis()), ZoneOffset.UTC);
    return new PastRead(
        new ReadRequest(read.request(), read.readModel(), Optional.of(state.view()), clock), state);
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

  /** Answers with an endpoint, unless the client has gone. */
  void answer(Consumer<ReadRequest> endpoint) {
    RoutingContext request = read.request();
    request.addEndHandler(over -> close());
    if (request.response().ended() || request.response().closed()) {
      close();
      return;
    }
    endpoint.accept(read);
  }

  void close() {
    state.close();
  }
}
