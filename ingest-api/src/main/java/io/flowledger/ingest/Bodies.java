package io.flowledger.ingest;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;

/** The bodies of requests as the parser takes them. */
final class Bodies {

  private Bodies() {}

  /** Empty where there is none. */
  static byte[] of(RoutingContext request) {
    Buffer body = request.body().buffer();
    return body == null ? new byte[0] : body.getBytes();
  }
}
