package io.flowledger.http.trace;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** Decides of which trace a request is part, and whether it is recorded here. */
@FunctionalInterface
public interface Traces {

  /**
   * Passes on the traces of those who send one, with a span of the request's own; records and
   * begins none.
   */
  Traces PASSED_ON =
      parent ->
          parent
              .map(
                  span ->
                      RequestTrace.of(
                          new TraceParent(span.traceId(), newSpanId(), span.sampled()),
                          parent,
                          false))
              .orElse(RequestTrace.NONE);

  /**
   * That of a request.
   *
   * @param parent span of whoever has sent it
   */
  RequestTrace of(Optional<TraceParent> parent);

  /** The same by the values of the header. */
  default RequestTrace of(List<String> values) {
    return of(TraceParent.of(values));
  }

  /** An identifier that no other span has. */
  static String newSpanId() {
    return "%016x".formatted(nonZero());
  }

  /** An identifier that no other trace has. */
  static String newTraceId() {
    return "%016x%016x".formatted(nonZero(), ThreadLocalRandom.current().nextLong());
  }

  private static long nonZero() {
    long random;
    do {
      random = ThreadLocalRandom.current().nextLong();
    } while (random == 0);
    return random;
  }
}
