package io.flowledger.ingest.bulk;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** Sends the answer to a bulk request to whoever has sent the request. */
final class BulkResponse implements BulkAnswer.Sink {

  private static final CharSequence NDJSON = HttpHeaders.createOptimized("application/x-ndjson");
  private static final int OK = 200;
  private static final int ACCEPTED = 202;

  private final HttpServerResponse response;
  private final Context context;
  private final int status;

  /**
   * @param async whether entries are told when they are in the log, not when they are in the view
   */
  BulkResponse(HttpServerResponse response, Context context, boolean async) {
    this.response = response;
    this.context = context;
    this.status = async ? ACCEPTED : OK;
  }

  @Override
  public Future<Void> send(Buffer piece, boolean last) {
    Promise<Void> sent = Promise.promise();
    context.runOnContext(on -> write(piece, last).onComplete(sent));
    return sent.future();
  }

  private Future<Void> write(Buffer piece, boolean last) {
    if (response.ended() || response.closed()) {
      return Future.failedFuture("nobody is there any more");
    }
    if (!response.headWritten()) {
      response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, NDJSON).setChunked(!last);
    }
    return last ? response.end(piece) : response.write(piece);
  }
}
