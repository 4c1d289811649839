package io.flowledger.ingest;

import io.flowledger.http.refusal.RefusedException;
import io.vertx.ext.web.RoutingContext;

/**
 * A request that writes: perhaps the first one, perhaps the repetition of one whose answer was
 * lost.
 *
 * @param flowId whose history it writes
 * @param key by which its repetitions are known
 */
record Attempt(RoutingContext request, String flowId, IdempotencyKey key) {

  /**
   * @param body of the request
   * @throws RefusedException 400 when its key cannot be understood
   */
  static Attempt of(RoutingContext request, String flowId, byte[] body) {
    return new Attempt(request, flowId, IdempotencyKey.of(request, body));
  }
}
