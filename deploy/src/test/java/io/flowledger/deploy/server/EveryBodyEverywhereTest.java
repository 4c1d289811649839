package io.flowledger.deploy.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.Gzipped;
import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.deploy.server.MountedRoutes.Mounted;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** All endpoints that a server has, with bodies of every type and size. */
class EveryBodyEverywhereTest {

  private static final int PATIENCE_MS = 20_000;
  private static final int LARGEST = 16 << 20;

  private static final List<String> TYPES =
      List.of(
          "",
          "Content-Type: application/json\r\n",
          "Content-Type: application/x-www-form-urlencoded\r\n",
          "Content-Type: multipart/form-data\r\n",
          "Content-Type: multipart/form-data; boundary=x\r\n",
          "Content-Type: text/plain; charset=utf-16\r\n",
          "Content-Type: application/octet-stream\r\n",
          "Content-Type: ;\r\n");

  @SuppressWarnings("NullAway.Init")
  private static TestServer server;

  @SuppressWarnings("NullAway.Init")
  private static List<Mounted> routes;

  @BeforeAll
  static void start() {
    routes = MountedRoutes.all();
    server = TestServer.start();
    FuzzedServer.populate(Api.of(server));
  }

  @AfterAll
  static void stop() {
    FuzzedServer.isWell(Api.of(server));
    server.close();
  }

  private static int status(Mounted route, String headers, String body) {
    String request =
        "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%sContent-Length: %d\r\n\r\n%s"
            .formatted(route.method(), route.existing(), headers, body.length(), body);
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket.setSoTimeout(PATIENCE_MS);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
      assertThat(answer).as("%s %s", route, headers).startsWith("HTTP/1.1 ");
      return Integer.parseInt(answer.substring(9, 12));
    } catch (IOException e) {
      throw new AssertionError(route + " " + headers, e);
    }
  }

  @Test
  void theTypeOfABodyNeverDecides() {
    for (Mounted route : routes) {
      // The percent sign is none of a form's; over 1,024 bytes, other servers take it for a file.
      for (String body : List.of("", "[\"%\"]", " ".repeat(2_000) + "[\"%\"]")) {
        Map<Integer, String> statuses = new HashMap<>();
        TYPES.forEach(type -> statuses.putIfAbsent(status(route, type, body), type));
        assertThat(statuses).as("%s, %d bytes", route, body.length()).hasSize(1);
        assertThat(statuses.keySet()).as(route.toString()).allMatch(status -> status < 500);
      }
    }
  }

  @Test
  void aBodyOfAnySizeIsAnswered() {
    for (Mounted route : routes) {
      for (int size : new int[] {0, 1, 1_023, 1_025, 65_537, (1 << 20) + 1, LARGEST}) {
        assertThat(status(route, "", " ".repeat(size)))
            .as("%s, %d bytes", route, size)
            .matches(status -> status < 500 || status == 503);
      }
    }
  }

  @Test
  void oneThatIsTooLargeIsRefusedWhereverThereMayBeOne() {
    for (Mounted route : routes) {
      if (Set.of("POST", "PUT", "PATCH").contains(route.method())
          && !route.path().equals("/flowledger/import")) {
        assertThat(status(route, "", " ".repeat(LARGEST + 1))).as(route.toString()).isEqualTo(413);
      }
    }
  }

  // ---- what is the same wherever there may be a body, also for operators
  // -------------------------

  private static List<Mounted> taking() {
    return routes.stream()
        .filter(route -> Set.of("POST", "PUT", "PATCH").contains(route.method()))
        .toList();
  }

  /** All that comes, until the server closes the connection. */
  private static String answer(Mounted route, String headers, byte[] body) {
    return answer(
        route.method() + " " + route.existing(),
        headers + "Content-Length: " + body.length + "\r\n",
        body);
  }

  private static String answer(String what, String headers, byte[] body) {
    String head =
        "%s HTTP/1.1\r\nHost: localhost:%d\r\nFlowledger-Operator: 1\r\nConnection: close\r\n%s\r\n"
            .formatted(what, server.port(), headers);
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket.setSoTimeout(PATIENCE_MS);
      socket.getOutputStream().write(head.getBytes(ISO_8859_1));
      socket.getOutputStream().write(body);
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    } catch (IOException e) {
      throw new AssertionError(what + " " + headers, e);
    }
  }

  /** The status, and whether something is refused in the answer. */
  private static String outcome(String answer) {
    return answer.substring(9, 12) + (answer.matches("(?s).*(rejected|refused\": 1).*") ? "!" : "");
  }

  @Test
  void controlCharactersAreNoJson() {
    for (Mounted route : taking()) {
      String noJson = outcome(answer(route, "", "x".getBytes(ISO_8859_1)));
      for (String body : List.of("\0\0\0\0", "\1", "\u001f\u000b\f", " \0 ")) {
        assertThat(outcome(answer(route, "", body.getBytes(ISO_8859_1))))
            .as("%s %s", route, body.chars().boxed().toList())
            .isEqualTo(noJson);
      }
    }
  }

  @Test
  void gzipIsTakenEverywhereAndNothingElse() {
    byte[] body = "x".getBytes(ISO_8859_1);
    String gzip = "Content-Encoding: gzip\r\n";
    for (Mounted route : taking()) {
      String plain = outcome(answer(route, "", body));
      assertThat(outcome(answer(route, gzip, Gzipped.of(body)))).as("%s", route).isEqualTo(plain);
      for (String other :
          List.of(
              "Content-Encoding: br\r\n",
              "Content-Encoding: deflate\r\n",
              "Content-Encoding: gzip, gzip\r\n",
              gzip + gzip)) {
        assertThat(outcome(answer(route, other, Gzipped.of(Gzipped.of(body)))))
            .as("%s %s", route, other)
            .isEqualTo("415");
      }
      assertThat(outcome(answer(route, gzip, body))).as("%s", route).matches("400");
    }
  }

  /**
   * The body is not sent: who waits for the answer to the head is not told to send it. The server
   * gives it a while to come all the same, so all are asked at once.
   */
  @Test
  void whatTheHeadIsRefusedForIsSaidBeforeTheBody() throws Exception {
    String expect = "Expect: 100-continue\r\nContent-Length: %d\r\n";
    List<Callable<Object>> refused = new ArrayList<>();
    for (Mounted route : taking()) {
      if (!route.path().equals("/flowledger/import")) {
        refused.add(() -> assertRefused(route, expect.formatted(LARGEST + 1), "HTTP/1.1 413"));
      }
      refused.add(
          () ->
              assertRefused(
                  route, "Content-Encoding: br\r\n" + expect.formatted(5), "HTTP/1.1 415"));
    }
    ExecutorService clients = Executors.newFixedThreadPool(refused.size());
    try {
      for (Future<Object> one : clients.invokeAll(refused)) {
        one.get();
      }
    } finally {
      clients.shutdownNow();
    }
    assertThat(
            answer(
                "POST /flowledger/import",
                "X-Forwarded-For: 1.2.3.4\r\n" + expect.formatted(5),
                new byte[0]))
        .startsWith("HTTP/1.1 403");
    assertThat(answer("POST /events", expect.formatted(1), "x".getBytes(ISO_8859_1)))
        .startsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200");
  }

  private static Object assertRefused(Mounted route, String headers, String beginning) {
    String answer = answer(route.method() + " " + route.existing(), headers, new byte[0]);
    return assertThat(answer).as("%s", route).startsWith(beginning);
  }

  @Test
  void parametersAreTextEverywhere() {
    for (Mounted route : routes) {
      for (String wrong : List.of("x=%ff", "x=%zz", "%c3=y", "x=%")) {
        String answer =
            answer(route.method() + " " + route.existing() + "?a=b&" + wrong, "", new byte[0]);
        assertThat(answer).as("%s %s", route, wrong).startsWith("HTTP/1.1 400");
        if (!route.method().equals("HEAD")) {
          assertThat(answer).as("%s %s", route, wrong).contains("the parameter " + wrong + " ");
        }
      }
    }
  }
}
