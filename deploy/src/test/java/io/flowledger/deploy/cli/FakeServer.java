package io.flowledger.deploy.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Answers what a test has told it to, and remembers what it was asked. */
public final class FakeServer implements AutoCloseable {

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Deque<Answer>> answers = new ConcurrentHashMap<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final List<String> bodies = new CopyOnWriteArrayList<>();

  /** What it answers. */
  public record Answer(int status, String body, Map<String, String> headers) {}

  /** What it was asked; headers that are not there are empty. */
  public record Request(String path, String accept, String key, String lastEventId) {}

  public FakeServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Answers a path with 200; told more than once, one after the other, the last one for ever. */
  public FakeServer answer(String path, String body) {
    return answer(path, 200, body, Map.of());
  }

  public FakeServer answer(String path, int status, String body, Map<String, String> headers) {
    answers.computeIfAbsent(path, of -> new ArrayDeque<>()).add(new Answer(status, body, headers));
    return this;
  }

  public List<Request> requests() {
    return requests;
  }

  /** What was sent to it, where there was anything. */
  public List<String> bodies() {
    return bodies;
  }

  public List<String> paths() {
    return requests.stream().map(Request::path).toList();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().toString();
    byte[] sent = exchange.getRequestBody().readAllBytes();
    if (sent.length > 0) {
      bodies.add(new String(sent, StandardCharsets.UTF_8));
    }
    requests.add(
        new Request(
            path,
            header(exchange, "Accept"),
            header(exchange, "x-api-key"),
            header(exchange, "Last-Event-ID")));
    Answer answer = next(path);
    answer.headers().forEach(exchange.getResponseHeaders()::set);
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private Answer next(String path) {
    Deque<Answer> planned = answers.get(path);
    if (planned == null) {
      return new Answer(404, "{\"message\": \"%s is not registered\"}".formatted(path), Map.of());
    }
    synchronized (planned) {
      return planned.size() > 1 ? planned.remove() : planned.element();
    }
  }

  private static String header(HttpExchange exchange, String name) {
    String value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "" : value;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
