package io.flowledger.deploy.mcp;

import io.flowledger.deploy.cli.Moments;
import io.flowledger.deploy.cli.ServerClient;
import io.flowledger.http.BlockingWork;
import io.flowledger.http.Requests;
import io.flowledger.http.Routes;
import io.flowledger.http.refusal.RefusedException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The tools for models over HTTP: {@code POST /mcp}, a message of the Model Context Protocol in
 * each request ("streamable HTTP"), and its answer in one piece. No streams are offered and no
 * sessions are kept, so {@code GET} and {@code DELETE} are answered 405, and any node answers any
 * request.
 *
 * <p>The tools ask this server itself, as a client does, with the credentials of whoever calls:
 * they see and do what their caller may. Pages in browsers are refused before, as everywhere else.
 */
public final class McpRoutes implements Routes {

  private static final String PATH = "/mcp";
  private static final String VERSION = "MCP-Protocol-Version";
  private static final String[] CREDENTIALS = {"x-api-key", "Authorization"};
  private static final BlockingWork.Threads THREADS =
      new BlockingWork.Threads("mcp", 2, Duration.ofMinutes(2));

  /** Running, or waiting for one of the threads. */
  private static final int MOST = 8;

  private static final int ACCEPTED = 202;
  private static final int BAD_REQUEST = 400;

  private final BlockingWork work;
  private final Lazy lazy;
  private final OwnServer own;

  /** What is made when it is needed first, so that a start does not wait for it. */
  private static final class Lazy {
    private final String version;
    private final boolean write;
    private final Clock clock;
    private final Map<String, ServerClient> clients = new HashMap<>();
    private @Nullable LedgerProtocol protocol;

    Lazy(String version, boolean write, Clock clock) {
      this.version = version;
      this.write = write;
      this.clock = clock;
    }

    synchronized LedgerProtocol protocol() {
      if (protocol == null) {
        protocol = new LedgerProtocol(version, write, new Moments(clock));
      }
      return protocol;
    }

    /** A server has few addresses. */
    synchronized ServerClient client(String url) {
      return clients.computeIfAbsent(
          url,
          of ->
              new ServerClient(
                  url, Map.of(), Optional.empty(), time -> Thread.sleep(time.toMillis())));
    }
  }

  /**
   * @param version of this program
   * @param write whether tools are offered that change something
   * @param own where it is reached by itself
   */
  public McpRoutes(Vertx vertx, String version, boolean write, Clock clock, OwnServer own) {
    this.own = own;
    this.work =
        BlockingWork.on(
            THREADS,
            vertx,
            MOST,
            () -> RefusedException.unavailable("too many calls of tools are under way"));
    this.lazy = new Lazy(version, write, clock);
  }

  @Override
  public void mount(Router router) {
    router.post(PATH).handler(this::message);
  }

  private void message(RoutingContext routing) {
    HttpServerRequest request = routing.request();
    String text = new String(Requests.order(routing), StandardCharsets.UTF_8);
    String version = request.getHeader(VERSION);
    Map<String, String> credentials = credentials(request);
    String self = own.url(request.localAddress());
    credentials.putAll(own.headers(routing));
    work.run(() -> answer(text, version, self, credentials))
        .onSuccess(reply -> send(routing, reply))
        .onFailure(routing::fail);
  }

  private Optional<LedgerProtocol.Reply> answer(
      String text, @Nullable String version, String self, Map<String, String> credentials) {
    LedgerProtocol protocol = lazy.protocol();
    if (version != null && !LedgerProtocol.VERSIONS.contains(version)) {
      return Optional.of(protocol.unknownVersion(text, version));
    }
    return protocol.answer(text, lazy.client(self).withHeaders(credentials));
  }

  private static void send(RoutingContext routing, Optional<LedgerProtocol.Reply> reply) {
    if (reply.isEmpty()) {
      routing.response().setStatusCode(ACCEPTED).end();
      return;
    }
    if (reply.get().malformed()) {
      routing.response().setStatusCode(BAD_REQUEST);
    }
    routing
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .end(reply.get().text());
  }

  private static Map<String, String> credentials(HttpServerRequest request) {
    Map<String, String> headers = new HashMap<>();
    for (String name : CREDENTIALS) {
      String value = request.getHeader(name);
      if (value != null) {
        headers.put(name, value);
      }
    }
    return headers;
  }
}
