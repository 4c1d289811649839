package io.flowledger.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.stream.Stream;

/** Parts of requests in the form that endpoints take them in. */
public final class Requests {

  private static final String PREFER = "Prefer";
  private static final String RESPOND_ASYNC = "respond-async";

  private Requests() {}

  /** The bytes of the body; empty where there is none. */
  public static byte[] body(RoutingContext request) {
    Buffer body = request.body().buffer();
    return body == null ? new byte[0] : body.getBytes();
  }

  /** Whether the client prefers its answer before the view has applied the write (RFC 7240). */
  public static boolean prefersAsync(RoutingContext request) {
    return request.request().headers().getAll(PREFER).stream()
        .flatMap(line -> Stream.of(line.split(",")))
        .anyMatch(preference -> preference.strip().equalsIgnoreCase(RESPOND_ASYNC));
  }
}
