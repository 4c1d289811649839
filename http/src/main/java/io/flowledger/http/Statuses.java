package io.flowledger.http;

import io.flowledger.http.connection.FramingException;
import io.flowledger.http.refusal.Reason;
import java.util.Optional;
import java.util.stream.Stream;

/** The one table of what reasons, and faults of heads, are in HTTP. */
public final class Statuses {

  private Statuses() {}

  /** The status of an answer that refuses a request for a reason. */
  public static int of(Reason reason) {
    return switch (reason) {
      case MALFORMED -> 400;
      case UNAUTHENTICATED -> 401;
      case FORBIDDEN -> 403;
      case UNKNOWN -> 404;
      case TOO_SLOW -> 408;
      case EXISTS -> 409;
      case TOO_LARGE -> 413;
      case UNSUPPORTED -> 415;
      case OTHER_REQUEST -> 422;
      case DEPENDENCY -> 424;
      case TOO_MANY -> 429;
      case UNAVAILABLE -> 503;
      case FAULT -> 500;
    };
  }

  /** The status of an answer to a request whose head, or the end of which, is at fault. */
  static int of(FramingException.Fault fault) {
    return switch (fault) {
      case IN_DOUBT -> 400;
      case LONG_LINE -> 414;
      case LARGE_HEADERS -> 431;
    };
  }

  /** The reason that a status is of; empty where that is none of them. */
  public static Optional<Reason> reason(int status) {
    return Stream.of(Reason.values()).filter(reason -> of(reason) == status).findFirst();
  }
}
