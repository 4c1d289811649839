package io.flowledger.http;

import io.flowledger.http.connection.FramingException;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.LogUnavailableException;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.flowledger.projector.text.JsonText;
import io.flowledger.schemas.registry.SchemaRegistry.SchemaRegistryException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.time.Duration;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers to requests that have failed, in one shape: a status and {@code {"message": ...}}. The
 * one place that says what an exception is over HTTP. What nobody has foreseen is told to the log
 * only, under a number that the client gets.
 */
public final class ErrorAnswers {

  private static final Logger LOG = LoggerFactory.getLogger(ErrorAnswers.class);

  private static final Pattern OF_PROGRAMS = // io.vertx.core.VertxException, and null
      Pattern.compile("\\b([a-z][a-z0-9]*\\.){2,}[A-Z]|Exception\\b|^null$");

  static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;
  private static final int TOO_LARGE = 413;
  private static final int INTERNAL_ERROR = 500;
  private static final int UNAVAILABLE = 503;

  private final long maxBodyBytes;

  /**
   * @param maxBodyBytes of a request, which the client of a larger one is told
   */
  public ErrorAnswers(long maxBodyBytes) {
    this.maxBodyBytes = maxBodyBytes;
  }

  /** Answers also what the router itself refuses. */
  void mount(Router router) {
    for (int status : new int[] {BAD_REQUEST, NOT_FOUND, TOO_LARGE, INTERNAL_ERROR}) {
      router.errorHandler(status, request -> answer(request, status));
    }
  }

  /**
   * Answers a request that has failed.
   *
   * @param otherwise the status where the failure itself has none
   */
  void answer(RoutingContext request, int otherwise) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return; // nobody is there any more
    }
    if (response.headWritten()) {
      request.request().connection().close();
      return;
    }
    Throwable cause = request.failure();
    if (request.request().decoderResult().isFailure()) {
      answer(response, BAD_REQUEST, "the request is malformed");
    } else if (cause instanceof ViewUnavailableException
        || cause instanceof LogUnavailableException
        || cause instanceof SchemaRegistryException) {
      answer(response, UNAVAILABLE, said(cause, "this cannot be answered now, try again"));
    } else if (cause instanceof FramingException framing) {
      response.putHeader(HttpHeaders.CONNECTION, "close");
      answer(response, Statuses.of(framing.fault()), framing.getMessage());
    } else if (cause instanceof RefusedException refusal) {
      tellWhen(response, refusal.untilRetry());
      answer(response, Statuses.of(refusal.reason()), refusal.getMessage());
    } else if (cause instanceof HttpException router && router.getPayload() != null) {
      answer(response, router.getStatusCode(), router.getPayload());
    } else if (cause == null || cause instanceof HttpException) {
      int status = cause instanceof HttpException e ? e.getStatusCode() : otherwise;
      answer(response, status, explanation(request, status));
    } else if (request.statusCode() >= BAD_REQUEST && request.statusCode() < INTERNAL_ERROR) {
      answer(response, request.statusCode(), explanation(request, request.statusCode()));
    } else {
      String id = UUID.randomUUID().toString();
      LOG.error(
          "error {} at {} {} (request {})",
          id,
          request.request().method(),
          request.request().uri(),
          Telemetry.id(request),
          cause);
      answer(response, INTERNAL_ERROR, "internal error " + id + ", see the log of the server");
    }
  }

  /** In whole seconds, rounded up. */
  private static void tellWhen(HttpServerResponse response, Duration untilRetry) {
    if (!untilRetry.isZero()) {
      long seconds = untilRetry.plusSeconds(1).minusNanos(1).toSeconds();
      response.putHeader(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
    }
  }

  /** What an exception of others says, where that is for a client: no name of a class, no null. */
  private static String said(Throwable cause, String otherwise) {
    String message = cause.getMessage();
    return message == null || message.isBlank() || OF_PROGRAMS.matcher(message).find()
        ? otherwise
        : message;
  }

  private String explanation(RoutingContext request, int status) {
    return switch (status) {
      case NOT_FOUND -> "there is no route " + request.request().path();
      case TOO_LARGE -> "the body is larger than " + maxBodyBytes + " bytes";
      case BAD_REQUEST -> "the request is malformed";
      default -> "status " + status;
    };
  }

  /**
   * Answers what is not even HTTP, or has too large a head, and ends the connection.
   *
   * @return the status
   */
  int answerInvalid(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    response.putHeader(HttpHeaders.CONNECTION, "close");
    Throwable cause = request.decoderResult().cause();
    int status =
        cause instanceof FramingException framing ? Statuses.of(framing.fault()) : BAD_REQUEST;
    String what = status == BAD_REQUEST ? "the request is malformed" : "the request cannot be read";
    String why = cause == null ? "" : said(cause, "");
    answer(response, status, what + (why.isEmpty() ? "" : ": " + why));
    return status;
  }

  /** Answers with a status and a message. */
  static void answer(HttpServerResponse response, int status, @Nullable String message) {
    if (status == UNAVAILABLE) {
      response.putHeader(HttpHeaders.RETRY_AFTER, "1");
    }
    response
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .end(new JsonText(128).raw("{\"message\": ").string(message).raw("}").toString());
  }
}
