package io.flowledger.ingest.bulk;

import io.flowledger.event.Origin;
import io.flowledger.http.Caller;
import io.flowledger.http.Requests;
import io.flowledger.http.Telemetry;
import io.flowledger.http.access.Access;
import io.flowledger.http.trace.RequestTrace;
import io.flowledger.ingest.write.IdempotencyKey;
import io.vertx.ext.web.RoutingContext;

/**
 * Who sends a bulk request, and what they want.
 *
 * @param key of the request
 * @param async whether entries are told when they are in the log, not when they are in the view
 * @param origin that events say they come from
 * @param access to flows: entries of others are refused
 * @param trace that the request is part of
 */
record BulkSender(
    IdempotencyKey key, boolean async, Origin origin, Access access, RequestTrace trace) {

  private static final byte[] NO_BYTES = {};

  static BulkSender of(RoutingContext request) {
    IdempotencyKey key =
        IdempotencyKey.of(
            request.request().headers().getAll(IdempotencyKey.HEADER),
            request.normalizedPath(),
            NO_BYTES); // entries are compared one by one
    return new BulkSender(
        key,
        Requests.prefersAsync(request),
        Caller.of(request).origin(),
        Access.of(request),
        Telemetry.trace(request));
  }
}
