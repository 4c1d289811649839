package io.flowledger.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;

/** Parts of requests in the form that parsers take them in. */
public final class Requests {

  private Requests() {}

  /** The bytes of the body; empty where there is none. */
  public static byte[] body(RoutingContext request) {
    Buffer body = request.body().buffer();
    return body == null ? new byte[0] : body.getBytes();
  }
}
