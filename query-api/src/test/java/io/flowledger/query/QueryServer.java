package io.flowledger.query;

import io.flowledger.http.HttpFixture;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A real HTTP server with the endpoints that a test mounts. */
final class QueryServer implements AutoCloseable {

  static final String TEXT = HttpFixture.TEXT;

  private final HttpFixture server;

  /**
   * @param limit the header X-Limit; empty where there is none, as with the others
   */
  record Answer(int status, String contentType, String limit, String nextCursor, String body) {

    static Answer of(HttpResponse<String> response) {
      HttpFixture.Answer answer = HttpFixture.Answer.of(response);
      return new Answer(
          answer.status(),
          answer.contentType(),
          HttpFixture.header(response, "X-Limit"),
          HttpFixture.header(response, "X-Next-Cursor"),
          answer.body());
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
    server = new HttpFixture(vertx, endpoints::accept);
  }

  int port() {
    return server.port();
  }

  Answer get(String path, String... headers) {
    return send("GET", path, headers).join();
  }

  CompletableFuture<Answer> send(String method, String path, String... headers) {
    return server
        .send(method, path, HttpRequest.BodyPublishers.noBody(), headers)
        .thenApply(Answer::of);
  }

  @Override
  public void close() {
    server.close();
  }
}
