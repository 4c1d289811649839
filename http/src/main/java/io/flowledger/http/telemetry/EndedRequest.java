package io.flowledger.http.telemetry;

import io.flowledger.http.trace.RequestTrace;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A request that is over, however it has ended.
 *
 * @param begun when its head had come
 * @param id that whoever sent it has given it, or the server
 * @param address of the machine that it came from; null where that is not known
 * @param credential name of the credential that it has proven; null for none
 * @param method as sent
 * @param target as sent: path and query
 * @param route template of its endpoint, as in {@code /flows/:flow_id}; empty where it has none
 * @param protocol as in {@code HTTP/1.1}
 * @param status of the answer; {@link #CLIENT_GONE} where the client has gone before it began
 * @param bytes of the body of the answer, before it was compressed
 * @param nanos that it took to the end of its answer
 * @param userAgent as sent; null for none
 * @param trace that it is part of
 */
public record EndedRequest(
    Instant begun,
    String id,
    @Nullable String address,
    @Nullable String credential,
    String method,
    String target,
    String route,
    String protocol,
    int status,
    long bytes,
    long nanos,
    @Nullable String userAgent,
    RequestTrace trace) {

  /** No status of HTTP's, but what logs of others have in this case too. */
  public static final int CLIENT_GONE = 499;

  /** Is told of requests that are over, on their event loops: it must not block. */
  @FunctionalInterface
  public interface Listener {
    void ended(EndedRequest request);
  }
}
