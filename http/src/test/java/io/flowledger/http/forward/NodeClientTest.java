package io.flowledger.http.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flowledger.projector.readmodel.Owner;
import io.flowledger.projector.readmodel.ViewUnavailableException;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How other nodes are called, also one that takes connections and says nothing. */
class NodeClientTest {

  private static final int PATIENCE_MS = 10_000;

  /** Long enough to connect, and to send the request, on a machine that is busy. */
  private static final int TIMEOUT_MS = 1_500;

  private final Vertx vertx = Vertx.vertx();
  private final NodeClient client = new NodeClient(vertx, new ClusterSecret(Optional.empty()));
  private ServerSocket silent;
  private Owner.Remote node;

  @BeforeEach
  void start() throws IOException {
    silent = new ServerSocket(0);
    silent.setSoTimeout(PATIENCE_MS);
    node = new Owner.Remote("127.0.0.1", silent.getLocalPort());
  }

  @AfterEach
  void stop() throws Exception {
    silent.close();
    client.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  /** All that comes, until the other side closes. */
  private String read(Socket connection) throws IOException {
    connection.setSoTimeout(PATIENCE_MS);
    try (InputStream in = connection.getInputStream()) {
      return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.ISO_8859_1);
    }
  }

  /** The port that a question comes from, asked on an event loop. */
  private int portOf(Context loop, Owner.Remote server) throws Exception {
    Promise<String> answer = Promise.promise();
    loop.runOnContext(begin -> client.ask(server, "/", PATIENCE_MS).onComplete(answer));
    return Integer.parseInt(
        answer
            .future()
            .toCompletionStage()
            .toCompletableFuture()
            .get(PATIENCE_MS, TimeUnit.MILLISECONDS));
  }

  @Test
  void eachEventLoopHasConnectionsOfItsOwn() throws Exception {
    HttpServer server =
        vertx
            .createHttpServer()
            .requestHandler(
                request -> request.response().end(Integer.toString(request.remoteAddress().port())))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(PATIENCE_MS, TimeUnit.MILLISECONDS);
    Owner.Remote answering = new Owner.Remote("127.0.0.1", server.actualPort());
    VertxInternal internal = (VertxInternal) vertx;
    Context one = internal.createEventLoopContext();
    Context other = internal.createEventLoopContext();

    int ofOne = portOf(one, answering);
    int ofOther = portOf(other, answering);

    assertThat(ofOther).isNotEqualTo(ofOne);
    assertThat(portOf(one, answering)).isEqualTo(ofOne);
    assertThat(portOf(other, answering)).isEqualTo(ofOther);
  }

  @Test
  void whoDoesNotAnswerInTimeIsHungUpOn() throws IOException {
    assertThatThrownBy(
            () ->
                client
                    .ask(node, "/internal/node", TIMEOUT_MS)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(PATIENCE_MS, TimeUnit.MILLISECONDS))
        .hasRootCauseInstanceOf(java.util.concurrent.TimeoutException.class);
    assertThat(read(silent.accept())).startsWith("GET /internal/node ");
  }

  @Test
  void alsoWhereAPartOfAListingIsAsked() throws IOException {
    ClusterNodes nodes = new ClusterNodes(new FakeOwners(), client, new FakeNeighbours());
    assertThatThrownBy(
            () -> nodes.ask(HttpHeaders.headers(), node, List.of(1), "/events", TIMEOUT_MS))
        .isInstanceOf(ViewUnavailableException.class)
        .hasMessage("node " + node.address() + " is too slow, try again");
    assertThat(read(silent.accept())).startsWith("GET /events ");
  }
}
