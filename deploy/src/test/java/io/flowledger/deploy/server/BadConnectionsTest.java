package io.flowledger.deploy.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.TestServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Clients that send too slowly, too little or no HTTP at all are told so, or cut off. */
class BadConnectionsTest {

  private static final int PATIENCE_MS = 20_000;

  @SuppressWarnings("NullAway.Init")
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aBodyThatDoesNotComeIsAnswered408() throws IOException {
    String answer =
        exchange("POST /flows/Slow HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"user");
    assertThat(answer).startsWith("HTTP/1.1 408 ");
    assertThat(answer).endsWith("{\"message\": \"the request did not arrive in time\"}");
    assertNothingStored("Slow");
  }

  @Test
  void aHeadThatDoesNotEndIsCutOff() throws IOException {
    assertThat(exchange("POST /flows/Half HTTP/1.1\r\nHost: x\r\nContent-")).isEmpty();
    assertNothingStored("Half");
  }

  @Test
  void aBodyThatBreaksOffLeavesNoTrace() throws IOException {
    try (Socket socket = connect()) {
      OutputStream out = socket.getOutputStream();
      out.write(
          "POST /flows/Broken HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{}"
              .getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }
    assertNothingStored("Broken");
  }

  @Test
  void whatIsNotHttpIsAnswered400() throws IOException {
    assertThat(exchange("What is this?\r\n\r\n")).startsWith("HTTP/1.0 400 ");
  }

  @Test
  void aHeadThatIsTooLargeIsRefused() throws IOException {
    String answer =
        exchange("GET /flows HTTP/1.1\r\nHost: x\r\nX-Large: " + "x".repeat(100_000) + "\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 431 ");
  }

  @Test
  void aPathThatIsTooLongIsRefused() throws IOException {
    String answer = exchange("GET /flows/" + "x".repeat(100_000) + " HTTP/1.1\r\nHost: x\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.0 414 ");
  }

  @Test
  void aBadEscapeInThePathIsAnswered400() throws IOException {
    String answer = exchange("GET /flows/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 400 ");
  }

  /** On one connection: each request is counted before the next one is looked at. */
  @Test
  void methodsThatAClientMakesUpAreOneMetric() throws IOException {
    String answers =
        exchange(
            """
            BREW /flows HTTP/1.1\r
            Host: x\r
            \r
            STEW /flows HTTP/1.1\r
            Host: x\r
            \r
            GET /metrics HTTP/1.1\r
            Host: x\r
            Connection: close\r
            \r
            """);
    assertThat(Pattern.compile("HTTP/1.1 (\\d+)").matcher(answers).results())
        .extracting(status -> status.group(1))
        .containsExactly("405", "405", "200");
    assertThat(answers.lines().filter(line -> line.contains("status=\"405\"")))
        .containsExactly("flowledger_http_requests_total{method=\"other\",status=\"405\"} 2.0");
  }

  private static void assertNothingStored(String flow) {
    assertThat(Api.of(server).get("/flows/" + flow).status()).isEqualTo(404);
  }

  /** Sends the text, and returns all that comes until the server closes. */
  private static String exchange(String text) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (SocketException reset) {
      return "";
    }
  }

  private static Socket connect() throws IOException {
    Socket socket = new Socket("127.0.0.1", server.port());
    socket.setSoTimeout(PATIENCE_MS);
    return socket;
  }
}
