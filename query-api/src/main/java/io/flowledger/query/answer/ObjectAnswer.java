package io.flowledger.query.answer;

import io.flowledger.projector.text.Sink;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** Answer with one object, rendered whole. */
public final class ObjectAnswer {

  private static final CharSequence TEXT = HttpHeaders.createOptimized("text/plain; charset=utf-8");
  private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");

  private ObjectAnswer() {}

  /** Writes the object as JSON. */
  public interface Renderer {
    void render(Sink sink);
  }

  /** As the reference service does: JSON that is called plain text. */
  public static void text(RoutingContext request, Renderer renderer) {
    answer(request, TEXT, renderer);
  }

  public static void json(RoutingContext request, Renderer renderer) {
    answer(request, JSON, renderer);
  }

  private static void answer(RoutingContext request, CharSequence type, Renderer renderer) {
    Body body = Body.begin();
    renderer.render(body);
    if (body.tag("").satisfies(request)) {
      return;
    }
    HttpServerResponse response = request.response().putHeader(HttpHeaders.CONTENT_TYPE, type);
    if (request.request().method().equals(HttpMethod.HEAD)) {
      response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length())).end();
    } else {
      response.end(body.toBuffer());
    }
  }
}
