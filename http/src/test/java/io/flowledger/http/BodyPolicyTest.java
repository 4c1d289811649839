package io.flowledger.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.http.fixture.HttpFixture;
import io.flowledger.http.fixture.HttpFixture.Answer;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class BodyPolicyTest {

  private final Vertx vertx = Vertx.vertx();
  private final HttpFixture server =
      new HttpFixture(
          vertx,
          new HttpConfig(
              "127.0.0.1", 0, 5, 1 << 20, Duration.ofMillis(200), Duration.ofMillis(1_000)),
          new Endpoints());

  private static final class Endpoints implements Routes {
    @Override
    public void mount(Router router) {
      router.post("/whole").handler(request -> answer(request, Requests.body(request)));
      router
          .post("/long")
          .handler(
              request ->
                  request.vertx().setTimer(2_500, over -> request.response().end("0 bytes")));
      router.post("/own").handler(Endpoints::read);
      router.post("/stream").handler(Endpoints::read);
    }

    @Override
    public RequestBody body(HttpMethod method, String path) {
      return switch (path) {
        case "/own" -> RequestBody.OWN;
        case "/stream" -> RequestBody.STREAM;
        default -> RequestBody.WHOLE;
      };
    }

    private static void read(RoutingContext request) {
      request.request().body().onSuccess(body -> answer(request, body.getBytes()));
    }

    private static void answer(RoutingContext request, byte[] body) {
      request.response().end(body.length + " bytes");
    }
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Answer post(String path, String body) {
    return Answer.of(server.post(path, body));
  }

  /** Sends all of a request but the end of its body; after a while that, too, if wanted. */
  private String slowly(String path, long thenAfterMillis) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(10_000);
      OutputStream out = socket.getOutputStream();
      String head = "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n";
      out.write((head + "Connection: close\r\n\r\nab").getBytes(StandardCharsets.US_ASCII));
      out.flush();
      if (thenAfterMillis > 0) {
        vertx.timer(thenAfterMillis).toCompletionStage().toCompletableFuture().join();
        out.write('c');
        out.flush();
      }
      BufferedReader answer =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      int length = 0;
      for (String line = line(answer); !line.isEmpty(); line = line(answer)) {
        if (line.startsWith("content-length: ")) {
          length = Integer.parseInt(line.substring("content-length: ".length()));
        }
      }
      char[] body = new char[length];
      assertThat(answer.read(body)).isEqualTo(length);
      return new String(body);
    }
  }

  private static String line(BufferedReader answer) throws IOException {
    return Objects.requireNonNull(answer.readLine(), "the answer has ended");
  }

  @Test
  void aWholeBodyIsBoundedInSize() {
    assertThat(post("/whole", "12345")).isEqualTo(new Answer(200, "", "5 bytes"));
    assertThat(post("/whole", "123456"))
        .isEqualTo(Answer.failure(413, "the body is larger than 5 bytes"));
  }

  @Test
  void endpointsThatReadTheirBodiesBoundTheirSize() {
    assertThat(post("/own", "123456")).isEqualTo(new Answer(200, "", "6 bytes"));
    assertThat(post("/stream", "123456")).isEqualTo(new Answer(200, "", "6 bytes"));
  }

  @Test
  void aBodyHasToArriveInTime() throws IOException {
    String late = "{\"message\": \"the request did not arrive in time\"}";
    assertThat(slowly("/whole", 0)).isEqualTo(late);
    assertThat(slowly("/own", 0)).isEqualTo(late);
  }

  @Test
  void aMalformedBodyIsRefusedWhoeverReadsIt() throws IOException {
    for (String path : List.of("/whole", "/own", "/stream")) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
        socket.setSoTimeout(10_000);
        String request =
            "POST %s HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\nzz\r\n";
        socket.getOutputStream().write(request.formatted(path).getBytes(StandardCharsets.US_ASCII));
        String answer =
            new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(answer).as(path).startsWith("HTTP/1.1 400 ");
        assertThat(answer).as(path).endsWith("{\"message\": \"the body is malformed\"}");
      }
    }
  }

  @Test
  void aConnectionIsNotIdleWhileItsRequestIsWorkedOn() {
    assertThat(post("/long", "abc")).isEqualTo(new Answer(200, "", "0 bytes"));
  }

  @Test
  void aStreamMayTakeItsTime() throws IOException {
    assertThat(slowly("/stream", 400)).isEqualTo("3 bytes");
  }
}
