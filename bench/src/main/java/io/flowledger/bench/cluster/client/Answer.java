package io.flowledger.bench.cluster.client;

import io.flowledger.bench.cluster.check.Span;
import java.util.Optional;

/**
 * What became of one attempt.
 *
 * @param target that it was sent to
 * @param status of HTTP; {@link #NOT_SENT} or {@link #NO_ANSWER}
 * @param body of the answer, or why there is none
 * @param position of the event in the log, as the answer names it: {@code 2@31}
 * @param span from before it was sent; its end is that of the answer also where this says nothing
 *     of the outcome
 */
public record Answer(Target target, int status, String body, Optional<String> position, Span span) {

  /** No connection was made: the request has happened nowhere. */
  public static final int NOT_SENT = -1;

  /** Cut off, or no answer in time. */
  public static final int NO_ANSWER = 0;

  private static final int OK = 200;
  private static final int NOT_OK = 300;
  private static final int MISSING = 404;
  private static final int CONFLICT = 409;
  private static final int FAULT = 500;

  public boolean ok() {
    return status >= OK && status < NOT_OK;
  }

  public boolean missing() {
    return status == MISSING;
  }

  public boolean conflict() {
    return status == CONFLICT;
  }

  /** Whether a write may have been carried out, or will be: nothing says that it was or was not. */
  public boolean unknown() {
    return status == NO_ANSWER || status >= FAULT;
  }

  /** The time of the call for a history: without an end where the outcome is not known. */
  public Span call() {
    return unknown() ? Span.open(span.invoked()) : span;
  }

  @Override
  public String toString() {
    return "%s answered %s %s"
        .formatted(
            target.name(),
            status == NOT_SENT ? "no connection" : status == NO_ANSWER ? "nothing" : status,
            body.length() > 200 ? body.substring(0, 200) + "..." : body);
  }
}
