package io.flowledger.http.forward;

import static java.util.Objects.requireNonNull;

import io.flowledger.projector.readmodel.Owner;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.TrustOptions;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Calls other nodes on their internal ports. */
public final class NodeClient implements AutoCloseable {

  private static final int CONNECT_TIMEOUT_MS = 1000;
  private static final int MOST_WAITING = 4096;

  // Shorter than what the other side waits before it closes a connection that is not used.
  private static final int KEEP_ALIVE_SECONDS = 20;

  private static final int OK = 200;

  /**
   * Each event loop has connections of its own. A pool takes the next best one, and a question that
   * goes over another event loop than the request that it is for wakes that up, and is woken by it.
   */
  private final Map<EventExecutor, Map<Lane, HttpClient>> clients = new HashMap<>();

  private final VertxInternal vertx;
  private final ClusterSecret secret;
  private volatile boolean closed;

  /** In clear text. */
  public NodeClient(Vertx vertx, ClusterSecret secret) {
    this(vertx, secret, Optional.empty());
  }

  /**
   * @param authorities that the certificates of nodes have to be of, which name the address that a
   *     node advertises; empty where nodes speak clear text
   */
  public NodeClient(Vertx vertx, ClusterSecret secret, Optional<TrustOptions> authorities) {
    this.vertx = (VertxInternal) vertx;
    this.secret = secret;
    for (EventExecutor loop : this.vertx.nettyEventLoopGroup()) {
      Map<Lane, HttpClient> lanes = new EnumMap<>(Lane.class);
      for (Lane lane : Lane.values()) {
        lanes.put(lane, client(vertx, lane.mostConnections(), authorities));
      }
      clients.put(loop, lanes);
    }
  }

  private static HttpClient client(
      Vertx vertx, int mostConnections, Optional<TrustOptions> authorities) {
    HttpClientOptions options =
        new HttpClientOptions()
            .setConnectTimeout(CONNECT_TIMEOUT_MS)
            .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
            .setTcpNoDelay(true)
            .setDecompressionSupported(false)
            .setMaxInitialLineLength(64 << 10)
            .setMaxHeaderSize(64 << 10);
    authorities.ifPresent(
        trusted -> options.setSsl(true).setVerifyHost(true).setTrustOptions(trusted));
    return vertx.createHttpClient(
        options,
        new PoolOptions().setHttp1MaxSize(mostConnections).setMaxWaitQueueSize(MOST_WAITING));
  }

  /**
   * Begins a request.
   *
   * @param node by its internal port
   * @return fails when the node cannot be reached: then nothing has been sent
   */
  Future<HttpClientRequest> begin(Lane lane, Owner.Remote node, HttpMethod method, String uri) {
    if (closed) {
      return Future.failedFuture(new IllegalStateException("this node stops"));
    }
    RequestOptions options =
        new RequestOptions()
            .setHost(node.host())
            .setPort(node.port())
            .setMethod(method)
            .setURI(uri)
            .setFollowRedirects(false)
            .setConnectTimeout(CONNECT_TIMEOUT_MS);
    return Future.future(
            (Promise<HttpClientRequest> begun) -> client(lane).request(options).onComplete(begun))
        .onSuccess(
            request -> {
              secret.sign(request.headers());
              request.putHeader(InternalCalls.HOP, "1");
            });
  }

  private HttpClient client(Lane lane) {
    EventExecutor loop = vertx.getOrCreateContext().nettyEventLoop();
    return requireNonNull(requireNonNull(clients.get(loop)).get(lane));
  }

  /** Asks what is answered at once, on connections that are for nothing else. */
  public Future<String> ask(Owner.Remote node, String uri, long timeoutMillis) {
    return ask(Lane.PINGS, node, uri, timeoutMillis);
  }

  /**
   * Asks a question.
   *
   * @return the body of the answer; fails where its status is not 200, or it does not come in time
   */
  public Future<String> ask(Lane lane, Owner.Remote node, String uri, long timeoutMillis) {
    return ask(
        lane,
        node,
        uri,
        request -> {},
        timeoutMillis,
        response ->
            response.statusCode() == OK
                ? response.body().map(Object::toString)
                : Future.failedFuture(new OtherStatusException(node, response.statusCode())));
  }

  /**
   * Asks a question, and hangs up where its answer does not come in time.
   *
   * @param prepare adds to the request
   * @param take takes the answer, beginning in the step in which it comes: what nobody waits for
   *     then is lost
   */
  <T> Future<T> ask(
      Lane lane,
      Owner.Remote node,
      String uri,
      Consumer<HttpClientRequest> prepare,
      long timeoutMillis,
      Function<HttpClientResponse, Future<T>> take) {
    AtomicReference<@Nullable HttpClientRequest> sent = new AtomicReference<>();
    AtomicBoolean late = new AtomicBoolean();
    return begin(lane, node, HttpMethod.GET, uri)
        .compose(
            request -> {
              sent.set(request);
              if (late.get()) {
                request.reset();
                return Future.<T>failedFuture(new TimeoutException());
              }
              prepare.accept(request);
              // Before it is sent: the answer may be there before this goes on.
              Future<T> answer = request.response().compose(take);
              request.end();
              return answer;
            })
        .timeout(timeoutMillis, TimeUnit.MILLISECONDS)
        .onFailure(
            cause -> {
              if (cause instanceof TimeoutException) {
                late.set(true);
                HttpClientRequest request = sent.get();
                if (request != null) {
                  request.reset();
                }
              }
            });
  }

  @Override
  public void close() {
    closed = true;
    clients.values().forEach(lanes -> lanes.values().forEach(HttpClient::close));
  }
}
