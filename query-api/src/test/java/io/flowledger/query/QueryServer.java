package io.flowledger.query;

import io.flowledger.http.Statuses;
import io.flowledger.http.refusal.RefusedException;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A real HTTP server with the endpoints that a test mounts. */
final class QueryServer implements AutoCloseable {

  static final String TEXT = "text/plain; charset=utf-8";

  private final Vertx vertx;
  private final HttpClient client = HttpClient.newHttpClient();
  private final HttpServer server;

  /**
   * @param limit the header X-Limit; empty where there is none, as with the others
   */
  record Answer(int status, String contentType, String limit, String nextCursor, String body) {

    static Answer of(HttpResponse<String> response) {
      return new Answer(
          response.statusCode(),
          header(response, "Content-Type"),
          header(response, "X-Limit"),
          header(response, "X-Next-Cursor"),
          response.body());
    }

    private static String header(HttpResponse<String> response, String name) {
      return response.headers().firstValue(name).orElse("");
    }

    Answer withBody(String other) {
      return new Answer(status, contentType, limit, nextCursor, other);
    }

    static Answer whole(String body) {
      return new Answer(200, TEXT, "", "", body);
    }

    static Answer page(int limit, String nextCursor, String body) {
      return new Answer(200, TEXT, Integer.toString(limit), nextCursor, body);
    }

    static Answer failure(int status, String message) {
      return new Answer(status, "", "", "", message);
    }
  }

  QueryServer(Vertx vertx, Consumer<Router> endpoints) {
    this.vertx = vertx;
    Router router = Router.router(vertx);
    router.route().failureHandler(QueryServer::fail);
    endpoints.accept(router);
    server =
        vertx
            .createHttpServer()
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  /** As the program does, but with the bare message. */
  private static void fail(RoutingContext request) {
    Throwable failure = request.failure();
    if (failure instanceof RefusedException refusal) {
      request.response().setStatusCode(Statuses.of(refusal.reason())).end(refusal.getMessage());
    } else if (failure instanceof ViewUnavailableException) {
      request.response().setStatusCode(503).end(failure.getMessage());
    } else {
      request.response().setStatusCode(500).end(String.valueOf(failure));
    }
  }

  int port() {
    return server.actualPort();
  }

  Answer get(String path, String... headers) {
    return send("GET", path, headers).join();
  }

  CompletableFuture<Answer> send(String method, String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client
        .sendAsync(request.build(), HttpResponse.BodyHandlers.ofString())
        .thenApply(Answer::of)
        .orTimeout(30, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
