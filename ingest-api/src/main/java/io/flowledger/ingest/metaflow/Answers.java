package io.flowledger.ingest.metaflow;

import io.flowledger.http.Requests;
import io.flowledger.ingest.write.RegistrationProposals.StepFound;
import io.flowledger.ingest.write.RegistrationProposals.TaskFound;
import io.flowledger.projector.row.FlowRow;
import io.flowledger.projector.row.RunRow;
import io.flowledger.projector.row.TaskRow;
import io.flowledger.projector.text.Sink;
import io.flowledger.schemas.Position;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** The answers to writes that have happened. */
final class Answers {

  private static final CharSequence REPLAYED = HttpHeaders.createOptimized("Idempotent-Replayed");
  private static final CharSequence TRUE = HttpHeaders.createOptimized("true");
  // The reference service calls its JSON text.
  private static final CharSequence TEXT = HttpHeaders.createOptimized("text/plain; charset=utf-8");
  private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
  private static final int ACCEPTED = 202;
  private static final int TYPICAL_BYTES = 512;

  private Answers() {}

  /** Something that writes itself as JSON. */
  private interface Renderer {
    void render(Sink sink);
  }

  private static Buffer rendered(Renderer renderer) {
    Buffer buffer = Buffer.buffer(TYPICAL_BYTES);
    renderer.render(buffer::appendBytes);
    return buffer;
  }

  static Buffer created(FlowRow flow) {
    return rendered(flow::render);
  }

  static Buffer created(RunRow run) {
    return rendered(sink -> run.render(run.firstHeartbeat(), sink));
  }

  static Buffer created(StepFound found) {
    return rendered(sink -> found.step().render(found.run(), sink));
  }

  static Buffer created(TaskFound found) {
    TaskRow task = found.task();
    return rendered(sink -> task.render(found.run(), task.firstHeartbeat(), sink));
  }

  /** {@code {"what": count}}. */
  static Buffer counted(String what, int count) {
    return Buffer.buffer("{\"" + what + "\": " + count + "}");
  }

  /** Tells that the write is in the log and in the view. */
  static void applied(RoutingContext request, Position position, Buffer body) {
    request.response().putHeader(Requests.POSITION, position.toString());
    unwritten(request, body);
  }

  /** Marks the answer as that of an earlier request under the same key, whose position it has. */
  static void markReplayed(RoutingContext request) {
    request.response().putHeader(REPLAYED, TRUE);
  }

  /** Answers a request that made no event. */
  static void unwritten(RoutingContext request, Buffer body) {
    request.response().putHeader(HttpHeaders.CONTENT_TYPE, TEXT).end(body);
  }

  /** Tells that the write is in the log, and nothing more. */
  static void appended(RoutingContext request, Position position) {
    HttpServerResponse response = request.response();
    response
        .setStatusCode(ACCEPTED)
        .putHeader(Requests.POSITION, position.toString())
        .putHeader(HttpHeaders.CONTENT_TYPE, JSON)
        .end("{\"position\": \"" + position + "\"}");
  }
}
