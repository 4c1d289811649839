package io.flowledger.http;

import io.flowledger.http.RequestMemory.Hold;
import io.flowledger.http.RequestMemory.Lease;
import io.flowledger.http.refusal.RefusedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Parts of requests in the form that endpoints take them in. */
public final class Requests {

  /** Header of an answer: where the log has what it tells, or how far what it was read from is. */
  public static final CharSequence POSITION = HttpHeaders.createOptimized("Flowledger-Position");

  private static final String PREFER = "Prefer";
  private static final String RESPOND_ASYNC = "respond-async";

  private static final String EVENT_STREAM = "text/event-stream";

  private static final String BODY = "flowledger.body";
  private static final String UNTOUCHED = "flowledger.untouched";
  private static final String DEADLINE = "flowledger.deadline";
  private static final String MEMORY = "flowledger.memory";
  private static final byte[] NO_BYTES = {};
  private static final RequestMemory NOTHING = new RequestMemory(0);
  private static final int MOST_ORDER_BYTES = 1 << 20;

  private Requests() {}

  /** Gives a request its body, or back to it, for whoever begins it once more. */
  public static void putBody(RoutingContext request, byte[] body) {
    request.put(BODY, body);
  }

  /**
   * Says that a request has failed before anything was done for it: it may be begun once more, here
   * or elsewhere, with its body.
   */
  public static void failedUntouched(RoutingContext request, byte[] body) {
    putBody(request, body);
    request.put(UNTOUCHED, true);
  }

  /** Whether that has been said. */
  public static boolean isUntouched(RoutingContext request) {
    return request.get(UNTOUCHED, false);
  }

  /**
   * Says by when a request has to be answered, since whoever has passed it on waits no longer.
   *
   * @param nanoTime by the clock that never goes back
   */
  public static void putDeadline(RoutingContext request, long nanoTime) {
    request.put(DEADLINE, nanoTime);
  }

  /** By when the answer of a request has to begin; empty where that has not been said. */
  public static OptionalLong deadline(RoutingContext request) {
    Long nanoTime = request.get(DEADLINE);
    return nanoTime == null ? OptionalLong.empty() : OptionalLong.of(nanoTime);
  }

  static void putMemory(RoutingContext request, Lease memory) {
    request.put(MEMORY, memory);
  }

  /** What is taken for a request, if anything is. */
  static @Nullable Lease memory(RoutingContext request) {
    return request.get(MEMORY);
  }

  /**
   * The bytes of a body that is read whole, whatever its type is said to be; empty where there is
   * none. They are handed over: the request does not hold them any longer, and has none afterwards.
   */
  public static byte[] body(RoutingContext request) {
    byte[] body = request.remove(BODY);
    return body == null ? NO_BYTES : body;
  }

  /**
   * The same of a request whose body is an order to the server, not something to keep: it is short.
   * So what is made of it, which may take many times its bytes, is bounded.
   *
   * @throws RefusedException 413 when it is not
   */
  public static byte[] order(RoutingContext request) {
    byte[] body = body(request);
    if (body.length > MOST_ORDER_BYTES) {
      throw RefusedException.tooLarge("the body is larger than " + MOST_ORDER_BYTES + " bytes");
    }
    return body;
  }

  /**
   * Holds the memory that is taken for a request, for its body or what its URI asks for, also when
   * the client has gone: until it is let go.
   */
  public static Hold holdMemory(RoutingContext request) {
    Lease memory = memory(request);
    return (memory == null ? NOTHING.lease() : memory).hold();
  }

  /** Whether the client wants to be told of what comes, so that there is no end of the answer. */
  public static boolean isTail(RoutingContext request) {
    return request.request().method().equals(HttpMethod.GET)
        && request.request().headers().getAll(HttpHeaders.ACCEPT).stream()
            .anyMatch(accepted -> accepted.toLowerCase(Locale.ROOT).contains(EVENT_STREAM));
  }

  /** Whether the client prefers its answer before the view has applied the write (RFC 7240). */
  public static boolean prefersAsync(RoutingContext request) {
    return request.request().headers().getAll(PREFER).stream()
        .flatMap(line -> Stream.of(line.split(",")))
        .anyMatch(preference -> preference.strip().equalsIgnoreCase(RESPOND_ASYNC));
  }
}
