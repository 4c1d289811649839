package io.flowledger.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A server with the endpoints of a test, and a client of it. Bodies are read and errors answered as
 * the program does; paths are not checked, so that what endpoints make of them is seen. Closes the
 * Vert.x that it is given.
 */
public final class HttpFixture implements AutoCloseable {

  /** The type of most answers. */
  public static final String TEXT = "text/plain; charset=utf-8";

  private static final int BAD_REQUEST = 400;
  private static final String JSON = "application/json";

  private final Vertx vertx;
  private final HttpClient client = HttpClient.newHttpClient();
  private final int port;

  /** Limits that no test comes near. */
  public HttpFixture(Vertx vertx, Routes... endpoints) {
    this(
        vertx,
        new HttpConfig("127.0.0.1", 0, 64 << 20, Duration.ofSeconds(60), Duration.ofSeconds(75)),
        endpoints);
  }

  public HttpFixture(Vertx vertx, HttpConfig config, Routes... endpoints) {
    this.vertx = vertx;
    List<Routes> routes = List.of(endpoints);
    Router router = Router.router(vertx);
    WebServer.mount(
        router,
        RoutingContext::next,
        new ErrorAnswers(config.maxBodyBytes()),
        new BodyPolicy(vertx, config, routes),
        routes);
    HttpServer server =
        join(vertx.createHttpServer().requestHandler(router).listen(config.port(), config.host()));
    this.port = server.actualPort();
  }

  private static <T> T join(io.vertx.core.Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }

  /**
   * What a request was answered. A failure is its status and its message, without a type.
   *
   * @param contentType empty where there is none
   */
  public record Answer(int status, String contentType, String body) {

    public static Answer of(HttpResponse<String> response) {
      String type = header(response, "Content-Type");
      boolean failure = response.statusCode() >= BAD_REQUEST && type.equals(JSON);
      return failure
          ? failure(response.statusCode(), new JsonObject(response.body()).getString("message"))
          : new Answer(response.statusCode(), type, response.body());
    }

    public static Answer failure(int status, String message) {
      return new Answer(status, "", message);
    }
  }

  /** A header of a response; empty where there is none. */
  public static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  public int port() {
    return port;
  }

  public HttpResponse<String> get(String path, String... headers) {
    return send("GET", path, HttpRequest.BodyPublishers.noBody(), headers).join();
  }

  public HttpResponse<String> post(String path, String body, String... headers) {
    return send("POST", path, HttpRequest.BodyPublishers.ofString(body), headers).join();
  }

  /**
   * Sends a request.
   *
   * @param headers names and values by turns
   */
  public CompletableFuture<HttpResponse<String>> send(
      String method, String path, BodyPublisher body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).method(method, body);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client
        .sendAsync(request.build(), HttpResponse.BodyHandlers.ofString())
        .orTimeout(30, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    join(vertx.close());
  }
}
