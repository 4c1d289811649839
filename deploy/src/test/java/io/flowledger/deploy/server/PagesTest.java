package io.flowledger.deploy.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.fixture.Api;
import io.flowledger.deploy.fixture.TestServer;
import io.flowledger.deploy.server.MountedRoutes.Mounted;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * All endpoints that do something, but those of Metaflow's API: a page that somebody has open, who
 * can reach the server, makes none of them do it.
 */
class PagesTest {

  private static final int PATIENCE_MS = 20_000;

  @SuppressWarnings("NullAway.Init")
  private static TestServer server;

  @SuppressWarnings("NullAway.Init")
  private static List<Mounted> doing;

  @BeforeAll
  static void start() {
    doing =
        MountedRoutes.all().stream()
            .filter(route -> List.of("POST", "PUT", "PATCH", "DELETE").contains(route.method()))
            .filter(route -> !route.path().startsWith("/flows/"))
            .toList();
    server = TestServer.start();
    FuzzedServer.populate(Api.of(server));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String send(String method, String path, String headers) {
    String request =
        "%s %s HTTP/1.1\r\nConnection: close\r\nContent-Type: text/plain\r\n%sContent-Length: 21\r\n\r\n%s"
            .formatted(method, path, headers, "{\"sequence\": \"tasks\"}");
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket.setSoTimeout(PATIENCE_MS);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    } catch (IOException e) {
      throw new AssertionError(method + " " + path + " " + headers, e);
    }
  }

  private static List<String> pages() {
    String own = "Host: localhost:" + server.port() + "\r\n";
    String rebound = "evil.example:" + server.port();
    return List.of(
        own + "Origin: http://evil.example\r\n",
        own + "Origin: null\r\n",
        own + "Origin: http://localhost:1\r\n",
        own + "Flowledger-Operator: 1\r\nOrigin: http://evil.example\r\n",
        own + "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n",
        own + "Sec-Fetch-Site: same-site\r\n",
        "Host: " + rebound + "\r\nOrigin: http://" + rebound + "\r\n",
        "Host: " + rebound + "\r\nSec-Fetch-Site: same-origin\r\n");
  }

  @Test
  void nothingIsDoneForAPage() {
    assertThat(doing)
        .extracting(Mounted::toString)
        .contains(
            "POST /flowledger/numbers",
            "POST /events",
            "POST /flowledger/import",
            "POST /flowledger/dead-letters/redrive",
            "POST /flowledger/checkpoints",
            "POST /flowledger/audit/verify",
            "POST /schema-registry/subjects/:subject/versions",
            "PUT /schema-registry/config");
    Api api = Api.of(server);
    String before = api.get("/audit/head").body() + api.get("/schema-registry/subjects").body();
    for (Mounted route : doing) {
      for (String headers : pages()) {
        String answer = send(route.method(), route.existing(), headers);
        assertThat(answer).as(route + " " + headers).startsWith("HTTP/1.1 403 ");
        assertThat(answer)
            .as(route + " " + headers)
            .contains("such requests are taken from programs, not from pages in a browser");
        assertThat(answer.contains("\"error_code\":40301"))
            .as(route + " " + answer)
            .isEqualTo(route.path().startsWith("/schema-registry"));
      }
    }
    assertThat(api.get("/audit/head").body() + api.get("/schema-registry/subjects").body())
        .isEqualTo(before);
  }

  @Test
  void programsAreNoPages() {
    String first = send("POST", "/flowledger/numbers", "Host: somewhere\r\n");
    assertThat(first).startsWith("HTTP/1.1 200 ").contains("\"sequence\": \"tasks\"");
    for (String harmless :
        List.of("Referer: http://x/\r\n", "Sec-Fetch-Site: none\r\n", "Sec-Fetch-Mode: cors\r\n")) {
      assertThat(send("POST", "/flowledger/numbers", "Host: x\r\n" + harmless))
          .as(harmless)
          .startsWith("HTTP/1.1 200 ");
    }
  }

  /** As with the reference: whoever reaches it may use it. */
  @Test
  void theApiOfMetaflowIsForAll() {
    String origin = "Host: x\r\nOrigin: http://evil.example\r\n";
    assertThat(send("POST", "/flows/F/run", origin)).doesNotStartWith("HTTP/1.1 403 ");
    assertThat(send("GET", "/events", origin)).startsWith("HTTP/1.1 200 ");
  }
}
