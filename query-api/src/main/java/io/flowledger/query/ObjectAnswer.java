package io.flowledger.query;

import io.flowledger.projector.readmodel.Sink;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** Answers with one object, rendered whole. */
final class ObjectAnswer {

  private ObjectAnswer() {}

  /** Writes the object as JSON. */
  interface Renderer {
    void render(Sink sink);
  }

  /** As the reference service does: JSON that is called plain text. */
  static void text(RoutingContext request, Renderer renderer) {
    answer(request, ContentType.TEXT, renderer);
  }

  static void json(RoutingContext request, Renderer renderer) {
    answer(request, ContentType.JSON, renderer);
  }

  private static void answer(RoutingContext request, ContentType type, Renderer renderer) {
    Body body = Body.begin();
    renderer.render(body);
    if (body.tag("").satisfies(request)) {
      return;
    }
    HttpServerResponse response =
        request.response().putHeader(HttpHeaders.CONTENT_TYPE, type.header());
    if (request.request().method().equals(HttpMethod.HEAD)) {
      response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length())).end();
    } else {
      response.end(body.toBuffer());
    }
  }
}
