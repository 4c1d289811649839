package io.flowledger.ingest.metaflow;

import io.flowledger.event.Origin;
import io.flowledger.http.Caller;
import io.flowledger.http.RequestMemory;
import io.flowledger.http.Requests;
import io.flowledger.http.Telemetry;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.http.trace.RequestTrace;
import io.flowledger.ingest.body.Limits;
import io.flowledger.ingest.body.NameCheck;
import io.flowledger.ingest.write.IdempotencyKey;
import io.flowledger.ingest.write.TaskPath;
import io.flowledger.schemas.Identifier;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;

/**
 * A request that writes: perhaps the first one, perhaps the repetition of one whose answer was
 * lost. The names in its path are decoded and checked when they are asked for.
 */
record WriteRequest(RoutingContext routing, Limits limits) {

  static final String FLOW = "/flows/:flow";
  static final String RUN = FLOW + "/runs/:run";
  static final String STEP = RUN + "/steps/:step";
  static final String TASK = STEP + "/tasks/:task";

  String flow() {
    return name("flow");
  }

  Identifier run() {
    return Identifier.parse(name("run"));
  }

  String step() {
    return name("step");
  }

  TaskPath task() {
    return new TaskPath(flow(), run(), step(), Identifier.parse(name("task")));
  }

  private String name(String parameter) {
    return NameCheck.inPath(routing.pathParam(parameter), "the name of the " + parameter, limits);
  }

  /** Empty where there is none. The request has it once. */
  byte[] body() {
    return Requests.body(routing);
  }

  /**
   * The key by which its repetitions are known.
   *
   * @throws RefusedException 400 when it cannot be understood
   */
  IdempotencyKey key(byte[] body) {
    MultiMap headers = routing.request().headers();
    return headers.contains(IdempotencyKey.HEADER)
        ? IdempotencyKey.of(headers.getAll(IdempotencyKey.HEADER), routing.normalizedPath(), body)
        : IdempotencyKey.NONE;
  }

  Origin origin() {
    return Caller.of(routing).origin();
  }

  /** The trace that it is part of. */
  RequestTrace trace() {
    return Telemetry.trace(routing);
  }

  /** Holds what is taken for the request while its write is under way. */
  RequestMemory.Hold holdMemory() {
    return Requests.holdMemory(routing);
  }

  boolean isAsync() {
    return Requests.prefersAsync(routing);
  }
}
