package io.flowledger.http;

import io.flowledger.http.connection.FramingException;
import io.flowledger.projector.text.JsonText;
import io.vertx.core.Context;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Function;

/**
 * An answer that tells of something while it runs, a line of JSON at a time. Any thread may tell:
 * all of it is written on the event loop of the request, in the order in which it was told. A
 * client that has gone is told nothing more.
 */
public final class JsonLines {

  private static final String LINES_TYPE = "application/x-ndjson";

  private final RoutingContext request;
  private final HttpServerResponse response;
  private final Context context;

  /** Nothing is sent before the first line. */
  public JsonLines(RoutingContext request) {
    this.request = request;
    this.response = request.response();
    this.context = request.vertx().getOrCreateContext();
  }

  /**
   * Sends a line.
   *
   * @param line without its end
   */
  public void tell(String line) {
    context.runOnContext(on -> write(line));
  }

  /** Ends the answer. */
  public void end() {
    context.runOnContext(
        on -> {
          if (isOpen()) {
            response.end();
          }
        });
  }

  /**
   * Ends the answer with a last line. Where it is the only one, its length is known.
   *
   * @param line without its end
   */
  public void end(String line) {
    context.runOnContext(
        on -> {
          if (isOpen()) {
            putType();
            response.end(line + "\n");
          }
        });
  }

  /**
   * Ends the answer since what it tells of has failed: as any request that fails where no line has
   * been sent, else with a last line that has a {@code message}.
   *
   * <p>What a client has sent that is no HTTP is no failure of anybody else, and is answered where
   * it is found.
   *
   * @param message of a failure, for the client; asked only where lines have been sent
   */
  public void breakOff(Throwable cause, Function<Throwable, String> message) {
    context.runOnContext(
        on -> {
          if (!response.headWritten()) {
            request.fail(cause);
          } else if (!(cause instanceof FramingException)) {
            write(
                new JsonText(128)
                    .raw("{\"message\": ")
                    .string(message.apply(cause))
                    .raw("}")
                    .toString());
            if (isOpen()) {
              response.end();
            }
          } else if (isOpen()) {
            BrokenAnswer.end(request.request());
          }
        });
  }

  private void write(String line) {
    if (isOpen()) {
      if (!response.headWritten()) {
        putType();
        response.setChunked(true);
      }
      response.write(line + "\n");
    }
  }

  private void putType() {
    if (!response.headWritten()) {
      response.putHeader(HttpHeaders.CONTENT_TYPE, LINES_TYPE);
    }
  }

  private boolean isOpen() {
    return !response.closed() && !response.ended();
  }
}
