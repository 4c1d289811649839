package io.flowledger.http;

import io.flowledger.http.connection.FramingException;
import io.flowledger.http.refusal.RefusedException;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Set;

/**
 * Reading of the bodies of requests before the endpoints get them, as the endpoints declare to take
 * them: within a size, a time and the memory that there is for requests, but for those that say
 * otherwise.
 */
public final class BodyPolicy implements Handler<RoutingContext> {

  private static final Set<HttpMethod> HAVE_BODIES =
      Set.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH);

  private static final String CONTINUE = "100-continue";

  private static final int SHORT_URI = 1 << 10;
  private static final int KEPT_URI = 8 << 10;

  /**
   * Bytes of memory for each of a long URI, which may be a list: its copies, and the texts in it.
   */
  private static final int URI_WEIGHT = 24;

  private final Vertx vertx;
  private final long timeoutMillis;
  private final long maxBodyBytes;
  private final RequestMemory memory;
  private final List<Routes> endpoints;

  /**
   * @param memory for all that is held of requests
   */
  public BodyPolicy(
      Vertx vertx, HttpConfig config, RequestMemory memory, List<? extends Routes> endpoints) {
    this.vertx = vertx;
    this.timeoutMillis = config.requestTimeout().toMillis();
    this.maxBodyBytes = config.maxBodyBytes();
    this.memory = memory;
    this.endpoints = List.copyOf(endpoints);
  }

  @Override
  public void handle(RoutingContext request) {
    takeForUri(request);
    HttpMethod method = request.request().method();
    if (!HAVE_BODIES.contains(method)) {
      skipBody(request);
      return;
    }
    switch (body(method, request.normalizedPath())) {
      case WHOLE -> {
        limitTime(request);
        readWhole(request);
        expect(request);
      }
      case OWN -> {
        limitTime(request);
        refuseBroken(request);
        request.next();
        expect(request);
      }
      case STREAM -> {
        refuseBroken(request);
        request.next();
        expect(request);
      }
    }
  }

  private void takeForUri(RoutingContext request) {
    int length = request.request().uri().length();
    if (length > SHORT_URI) {
      lease(request).take((long) URI_WEIGHT * length);
      if (length > KEPT_URI) {
        // What has decoded it has grown, for as long as the connection is open.
        request.response().putHeader(HttpHeaders.CONNECTION, "close");
      }
    }
  }

  private RequestMemory.Lease lease(RoutingContext request) {
    RequestMemory.Lease known = Requests.memory(request);
    if (known != null) {
      return known;
    }
    RequestMemory.Lease lease = memory.lease();
    request.addEndHandler(ended -> lease.close());
    Requests.putMemory(request, lease);
    return lease;
  }

  private void readWhole(RoutingContext request) {
    WholeBody.read(request, lease(request), maxBodyBytes);
  }

  /**
   * Who asks before they send a body is told to go on, when it is not refused already: to be called
   * when all has been looked at that is known from the head.
   */
  private static void expect(RoutingContext request) {
    HttpServerRequest http = request.request();
    if (!request.response().ended()
        && !request.response().headWritten()
        && http.version() == HttpVersion.HTTP_1_1
        && CONTINUE.equalsIgnoreCase(http.getHeader(HttpHeaders.EXPECT))) {
      request.response().writeContinue();
    }
  }

  /** Where the endpoint reads the body, and would wait for the end of one that is malformed. */
  private static void refuseBroken(RoutingContext request) {
    HttpServerRequest http = request.request();
    http.end().onFailure(broken -> refuse(request, broken));
  }

  /** Also a client that has gone breaks its body: that is no fault of ours. */
  private static void refuse(RoutingContext request, Throwable broken) {
    if (!request.response().ended() && !request.response().closed()) {
      request.fail(broken instanceof FramingException ? broken : WholeBody.malformed(request));
    }
  }

  /**
   * What is answered before it has come, since it is refused, may not go on coming for ever. To be
   * said of a request before anybody may refuse it.
   */
  void limitRest(RoutingContext request) {
    HttpServerRequest http = request.request();
    if (!hasBody(http)) {
      return;
    }
    request.addEndHandler(
        answered -> {
          if (!http.isEnded() && !request.response().closed()) {
            long timer = vertx.setTimer(timeoutMillis, late -> http.connection().close());
            http.end().onComplete(over -> vertx.cancelTimer(timer));
          }
        });
  }

  private static boolean hasBody(HttpServerRequest http) {
    return http.version() == HttpVersion.HTTP_2
        ? HAVE_BODIES.contains(http.method())
        : announcesBody(http);
  }

  private static boolean announcesBody(HttpServerRequest http) {
    return http.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        || http.headers().contains(HttpHeaders.CONTENT_LENGTH);
  }

  /** Such a body says nothing, but comes before the answer, which a malformed one changes. */
  private void skipBody(RoutingContext request) {
    HttpServerRequest http = request.request();
    if (announcesBody(http)) {
      limitTime(request);
      http.exceptionHandler(broken -> refuse(request, broken)).endHandler(read -> request.next());
      expect(request);
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
    HttpServerRequest http = request.request();
    long timer =
        vertx.setTimer(
            timeoutMillis,
            late -> {
              if (http.isEnded() || request.response().ended()) {
                return; // what comes after the answer has a limit of its own
              }
              request.response().putHeader(HttpHeaders.CONNECTION, "close");
              request.fail(RefusedException.tooSlow("the request did not arrive in time"));
            });
    http.end().onComplete(arrived -> vertx.cancelTimer(timer));
  }
}
