package io.flowledger.http;

import io.vertx.ext.web.RoutingContext;
import java.util.stream.Stream;

/** What a client prefers of several ways to answer it (RFC 7240). */
public final class Preference {

  private static final String PREFER = "Prefer";
  private static final String RESPOND_ASYNC = "respond-async";

  private Preference() {}

  /** Whether the client wants its answer before the view has applied the write. */
  public static boolean isAsync(RoutingContext request) {
    return request.request().headers().getAll(PREFER).stream()
        .flatMap(line -> Stream.of(line.split(",")))
        .anyMatch(preference -> preference.strip().equalsIgnoreCase(RESPOND_ASYNC));
  }
}
