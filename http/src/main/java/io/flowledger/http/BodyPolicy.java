package io.flowledger.http;

import io.flowledger.http.refusal.RefusedException;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.List;
import java.util.Set;

/**
 * Reading of the bodies of requests before the endpoints get them, as the endpoints declare to take
 * them: within a size and a time, but for those that say otherwise.
 */
public final class BodyPolicy implements Handler<RoutingContext> {

  private static final Set<HttpMethod> HAVE_BODIES =
      Set.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH);

  private final Vertx vertx;
  private final long timeoutMillis;
  private final BodyHandler whole;
  private final List<Routes> endpoints;

  public BodyPolicy(Vertx vertx, HttpConfig config, List<? extends Routes> endpoints) {
    this.vertx = vertx;
    this.timeoutMillis = config.requestTimeout().toMillis();
    this.whole = BodyHandler.create(false).setBodyLimit(config.maxBodyBytes());
    this.endpoints = List.copyOf(endpoints);
  }

  @Override
  public void handle(RoutingContext request) {
    HttpMethod method = request.request().method();
    if (!HAVE_BODIES.contains(method)) {
      skipBody(request);
      return;
    }
    switch (body(method, request.normalizedPath())) {
      case WHOLE -> {
        limitTime(request);
        whole.handle(request);
      }
      case OWN -> {
        limitTime(request);
        request.next();
      }
      case STREAM -> request.next();
    }
  }

  /** Such a body says nothing, but comes before the answer, which a malformed one changes. */
  private void skipBody(RoutingContext request) {
    HttpServerRequest http = request.request();
    if (http.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        || http.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
      limitTime(request);
      http.exceptionHandler(request::fail).endHandler(read -> request.next());
    } else {
      request.next();
    }
  }

  private RequestBody body(HttpMethod method, String path) {
    for (Routes routes : endpoints) {
      RequestBody body = routes.body(method, path);
      if (body != RequestBody.WHOLE) {
        return body;
      }
    }
    return RequestBody.WHOLE;
  }

  /** Whoever sends a body slower than any network is cut off. */
  private void limitTime(RoutingContext request) {
    long timer =
        vertx.setTimer(
            timeoutMillis,
            late -> {
              if (!request.request().isEnded()) {
                request.response().putHeader(HttpHeaders.CONNECTION, "close");
                request.fail(RefusedException.tooSlow("the request did not arrive in time"));
              }
            });
    request.addEndHandler(ended -> vertx.cancelTimer(timer));
  }
}
