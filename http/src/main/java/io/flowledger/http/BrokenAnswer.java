package io.flowledger.http;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;

/** The end of an answer in its middle, where the client may not even take what it has been sent. */
public final class BrokenAnswer {

  private static final long INTERNAL_ERROR = 2; // of HTTP/2, RFC 9113 section 7

  private BrokenAnswer() {}

  /**
   * Breaks off an answer that has begun: of HTTP/2 the stream, since others may share the
   * connection, else the connection. What has not been taken is not waited for, as it would be if
   * the connection were closed in order.
   */
  public static void end(HttpServerRequest request) {
    if (request.version() != HttpVersion.HTTP_2
        && request.connection() instanceof ConnectionBase connection) {
      // By all handlers: that of Vert.x first writes what is still to be sent.
      connection.channel().pipeline().firstContext().close();
    } else {
      request.response().reset(INTERNAL_ERROR);
    }
  }
}
