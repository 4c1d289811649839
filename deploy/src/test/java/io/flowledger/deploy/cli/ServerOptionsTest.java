package io.flowledger.deploy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.deploy.cli.fixture.CommandTest;
import io.flowledger.deploy.cli.fixture.FakeServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whom the commands ask, and what they say when that cannot answer. */
class ServerOptionsTest extends CommandTest {

  private static final String FLOW = "{\"flow_id\": \"F\", \"user_name\": null}";
  private static final Ended SHOWN =
      printed(
          """
          flow F
            flow_id    F
            user_name  -
          """);

  @Test
  void theServerOfTheOptionGoesBeforeThatOfTheEnvironment() {
    server.answer("/flows/F", FLOW).answer("/base/flows/F", FLOW);
    assertThat(run("show", "F")).isEqualTo(SHOWN);
    environment.put("METAFLOW_SERVICE_URL", "http://192.0.2.1:1");
    assertThat(run("show", "F", "--server", server.url() + "/")).isEqualTo(SHOWN);
    assertThat(run("show", "F", "--server", server.url() + "/base/")).isEqualTo(SHOWN);
  }

  @Test
  void theKeyIsSentAsMetaflowSendsIt() {
    server.answer("/flows/F", FLOW);
    run("show", "F");
    environment.put("METAFLOW_SERVICE_AUTH_KEY", "secret");
    run("show", "F");
    assertThat(server.requests().stream().map(FakeServer.Request::key))
        .containsExactly("", "secret");
  }

  @Test
  void namesAreEncoded() {
    server.answer("/flows/F/runs/a%20b%3F", FLOW);
    assertThat(run("show", "F/a b?").status()).isZero();
  }

  @Test
  void theMomentIsSentWithEveryRequest() {
    server.answer("/flows/F?as_of=1795285800000", FLOW).answer("/flows/F?as_of=0%4012", FLOW);
    assertThat(run("show", "F", "--as-of", "2d")).isEqualTo(SHOWN);
    assertThat(run("show", "F", "--as-of", "0@12")).isEqualTo(SHOWN);
    assertThat(run("show", "F", "--as-of", "yesterday"))
        .isEqualTo(
            failed(
                2,
                "flowledger: 'yesterday' is no moment such as 2d, 3h, 2026-11-23 or"
                    + " 2026-11-23T19:26:46\n"));
  }

  @Test
  void aFolderIsReadByAServerOfItsOwn() {
    server.answer("/flows/F", FLOW);
    environment.put("METAFLOW_SERVICE_URL", "http://192.0.2.1:1");
    assertThat(run("show", "F", "--data", "folder"))
        .isEqualTo(new Ended(0, SHOWN.out(), "flowledger: opening folder\n"));
    assertThat(opened).containsExactly("open", "close");
    assertThat(run("show", "F", "--data", "folder", "--server", server.url()))
        .isEqualTo(failed(2, "--server makes no sense with --data\n"));
  }

  @Test
  void aServerThatIsNotThere() throws IOException {
    String url;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      url = "http://127.0.0.1:" + free.getLocalPort();
    }
    assertThat(run("show", "F", "--server", url))
        .isEqualTo(
            failed(
                1,
                "flowledger: no server answers at %s; start one with 'flowledger serve', name"
                        .formatted(url)
                    + " another one with --server URL, or read a data folder with --data DIR\n"));
  }

  @Test
  void whatIsNoUrlOfAServer() {
    for (String url : List.of("localhost:8080", "ftp://h/", "http:///", "http://h/?x=1", "::")) {
      assertThat(run("show", "F", "--server", url))
          .isEqualTo(
              failed(
                  2,
                  "flowledger: '%s' is no URL of a server such as http://127.0.0.1:8080\n"
                      .formatted(url)));
    }
  }

  @Test
  void aServerThatIsNotReadyIsAskedAgainAsItWishes() {
    server
        .answer("/flows/F", 503, "{\"message\": \"opening\"}", Map.of("Retry-After", "3"))
        .answer("/flows/F", 503, "", Map.of())
        .answer("/flows/F", FLOW);
    assertThat(run("show", "F")).isEqualTo(SHOWN);
    assertThat(pauses).containsExactly(Duration.ofSeconds(3), Duration.ofSeconds(1));
  }

  @Test
  void aServerThatStaysNotReadyIsGivenUpAfterHalfAMinute() {
    server.answer("/flows/F", 503, "{\"message\": \"opening\"}", Map.of("Retry-After", "10"));
    assertThat(run("show", "F"))
        .isEqualTo(
            failed(
                1,
                "flowledger: the server at %s is not ready (opening); try again later\n"
                    .formatted(server.url())));
    assertThat(pauses).isEqualTo(Collections.nCopies(3, Duration.ofSeconds(10)));
  }

  @Test
  void whatTheServerSaysOfAnErrorIsTold() {
    server
        .answer("/flows/Bad", 400, "{\"message\": \"no\\u001b[31m\"}", Map.of())
        .answer("/flows/Secret", 401, "{\"message\": \"no key\"}", Map.of())
        .answer("/flows/Broken", 500, "{\"message\": \"internal error 1\"}", Map.of())
        .answer("/flows/Silent", 404, "<html>", Map.of())
        .answer("/flows/Teapot", 418, "", Map.of());
    assertThat(run("show", "Bad")).isEqualTo(failed(2, "flowledger: no\\u001b[31m\n"));
    assertThat(run("show", "Secret"))
        .isEqualTo(
            failed(
                1,
                "flowledger: the server at %s refuses this: no key; is METAFLOW_SERVICE_AUTH_KEY"
                        .formatted(server.url())
                    + " set to its key?\n"));
    assertThat(run("show", "Broken"))
        .isEqualTo(
            failed(1, "flowledger: the server at %s: internal error 1\n".formatted(server.url())));
    assertThat(run("show", "Silent"))
        .isEqualTo(failed(3, "flowledger: status 404 for /flows/Silent\n"));
    assertThat(run("show", "Teapot"))
        .isEqualTo(
            failed(
                1,
                "flowledger: the server at %s: status 418 for /flows/Teapot\n"
                    .formatted(server.url())));
  }

  @Test
  void anAnswerThatIsNoJson() {
    server.answer("/flows/F", "<html>\n");
    assertThat(run("show", "F"))
        .isEqualTo(failed(1, "flowledger: this is no answer of a metadata service: <html>\n"));
  }

  @Test
  void aPathspecThatIsNone() {
    for (String text : List.of("A//B", "/A", "A/1/s/2/x/y", "")) {
      assertThat(run("show", text).status()).isEqualTo(2);
    }
  }

  @Test
  void everyCommandHelpsWithExamples() {
    for (String command : List.of("status", "log", "show", "diff", "search")) {
      Ended help = run(command, "--help");
      assertThat(help.status()).isZero();
      assertThat(help.out())
          .startsWith("Usage: flowledger " + command + " ")
          .contains("Examples:\n  flowledger " + command);
    }
  }
}
