package io.flowledger.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An answer that nobody takes is over when it is broken off, not when somebody has taken it. */
final class BrokenAnswerTest {

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void stop() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  /** Writes until the client has not taken all, then breaks the answer off. */
  private static void fillAndBreak(HttpServerRequest request, CompletableFuture<Void> over) {
    request.response().setChunked(true);
    request.response().exceptionHandler(broken -> over.complete(null));
    do {
      request.response().write(Buffer.buffer(new byte[1 << 20]));
    } while (!request.response().writeQueueFull());
    BrokenAnswer.end(request);
  }

  @Test
  void whoeverWroteItIsToldAtOnce() throws Exception {
    CompletableFuture<Void> over = new CompletableFuture<>();
    HttpServer server =
        vertx
            .createHttpServer()
            .requestHandler(request -> fillAndBreak(request, over))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
    try (Socket deaf = new Socket(InetAddress.getLoopbackAddress(), server.actualPort())) {
      deaf.getOutputStream()
          .write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(over).succeedsWithin(10, TimeUnit.SECONDS);
    }
  }
}
