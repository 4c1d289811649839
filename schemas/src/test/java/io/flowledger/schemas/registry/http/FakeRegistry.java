package io.flowledger.schemas.registry.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** A server that answers as it is told, and notes what it was asked. */
final class FakeRegistry implements AutoCloseable {

  /** An answer. */
  record Answer(int status, String body) {}

  private static final Answer UNKNOWN =
      new Answer(404, "{\"error_code\":404,\"message\":\"HTTP 404 Not Found\"}");

  private final HttpServer server;
  private final String scheme;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final Queue<Answer> faults = new ConcurrentLinkedQueue<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> bodies = new CopyOnWriteArrayList<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();

  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile boolean stalling;

  private FakeRegistry(HttpServer server, String scheme) {
    this.server = server;
    this.scheme = scheme;
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  static FakeRegistry start() {
    try {
      return new FakeRegistry(HttpServer.create(anyPort(), 0), "http");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Wants a certificate of its clients. */
  static FakeRegistry start(SSLContext context) {
    try {
      HttpsServer server = HttpsServer.create(anyPort(), 0);
      server.setHttpsConfigurator(
          new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
              SSLParameters ssl = context.getDefaultSSLParameters();
              ssl.setNeedClientAuth(true);
              parameters.setSSLParameters(ssl);
            }
          });
      return new FakeRegistry(server, "https");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  String url() {
    return scheme + "://localhost:" + server.getAddress().getPort();
  }

  String hostAndPort() {
    return "localhost:" + server.getAddress().getPort();
  }

  /** For a request such as {@code GET /schemas/ids/1}, from now on. */
  FakeRegistry answers(String request, int status, String body) {
    answers.put(request, new Answer(status, body));
    return this;
  }

  /** The next request is answered so, whatever it is. */
  FakeRegistry fails(int status) {
    faults.add(new Answer(status, "{\"error_code\":%d01,\"message\":\"fault\"}".formatted(status)));
    return this;
  }

  /** From now on answers begin, and do not go on. */
  FakeRegistry stalls() {
    stalling = true;
    return this;
  }

  /** What it was asked, in order. */
  List<String> requests() {
    return requests;
  }

  List<String> bodies() {
    return bodies;
  }

  /** Of each request; "none" where there was none. */
  List<String> authorizations() {
    return authorizations;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String request = exchange.getRequestMethod() + " " + exchange.getRequestURI().getRawPath();
      requests.add(request);
      bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      authorizations.add(
          Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
              .orElse("none"));
      Answer fault = faults.poll();
      Answer answer = fault != null ? fault : answers.getOrDefault(request, UNKNOWN);
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/vnd.schemaregistry.v1+json");
      exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
      if (stalling) {
        exchange.getResponseBody().write(body, 0, 1);
        exchange.getResponseBody().flush();
        closing.await();
      }
      exchange.getResponseBody().write(body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
