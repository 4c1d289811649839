package io.flowledger.http.forward;

import io.flowledger.projector.readmodel.Owner;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.util.concurrent.TimeUnit;

/** Calls other nodes on their internal ports. */
public final class NodeClient implements AutoCloseable {

  private static final int CONNECT_TIMEOUT_MS = 1000;
  private static final int MOST_CONNECTIONS = 512; // to one node
  private static final int MOST_WAITING = 4096;

  // Shorter than what the other side waits before it closes a connection that is not used.
  private static final int KEEP_ALIVE_SECONDS = 20;

  private final HttpClient client;
  private final ClusterSecret secret;

  public NodeClient(Vertx vertx, ClusterSecret secret) {
    this.secret = secret;
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setConnectTimeout(CONNECT_TIMEOUT_MS)
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setTcpNoDelay(true)
                .setDecompressionSupported(false)
                .setMaxInitialLineLength(64 << 10)
                .setMaxHeaderSize(64 << 10),
            new PoolOptions().setHttp1MaxSize(MOST_CONNECTIONS).setMaxWaitQueueSize(MOST_WAITING));
  }

  /**
   * Begins a request.
   *
   * @param node by its internal port
   * @return fails when the node cannot be reached: then nothing has been sent
   */
  public Future<HttpClientRequest> begin(Owner.Remote node, HttpMethod method, String uri) {
    return client
        .request(
            new RequestOptions()
                .setHost(node.host())
                .setPort(node.port())
                .setMethod(method)
                .setURI(uri)
                .setFollowRedirects(false)
                .setConnectTimeout(CONNECT_TIMEOUT_MS))
        .onSuccess(
            request -> {
              secret.sign(request.headers());
              request.putHeader(InternalCalls.HOP, "1");
            });
  }

  /**
   * Asks a question that is answered at once.
   *
   * @return the body of the answer; fails where its status is not 200, or it does not come in time
   */
  public Future<String> ask(Owner.Remote node, String uri, long timeoutMillis) {
    return begin(node, HttpMethod.GET, uri)
        .compose(
            request ->
                // In one step: a body is lost where nobody waits for it when it comes.
                request
                    .idleTimeout(timeoutMillis)
                    .send()
                    .compose(
                        response ->
                            response.statusCode() == 200
                                ? response.body().map(Object::toString)
                                : Future.failedFuture(
                                    new OtherStatusException(node, response.statusCode()))))
        .timeout(timeoutMillis, TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    client.close();
  }
}
