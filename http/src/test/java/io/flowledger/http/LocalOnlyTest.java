package io.flowledger.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.flowledger.http.fixture.HttpFixture;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests as they come over the wire: who is taken for an operator, and who is not. */
final class LocalOnlyTest {

  private static final String ONLY = "audits are run from the server's machine only";
  private static final String NAMES =
      ONLY + ", under one of its own names, such as localhost, and its port";
  private static final String PAGES = ONLY + ", not for pages of others";
  private static final String OPERATOR = "Flowledger-Operator: 1";

  private final AtomicInteger done = new AtomicInteger();
  private final HttpFixture server =
      new HttpFixture(
          Vertx.vertx(),
          new HttpConfig(
              "0.0.0.0", 0, 1 << 20, 16 << 20, Duration.ofSeconds(10), Duration.ofSeconds(10)),
          router ->
              router
                  .post("/audit")
                  .handler(
                      request -> {
                        new LocalOnly("ledger.example").require(request, "audits are run");
                        done.incrementAndGet();
                        request.response().end("yes");
                      }));

  @AfterEach
  void stop() {
    server.close();
  }

  /** What follows the head of the answer, or of 403 its message. */
  private String post(String version, InetAddress to, String... headers) {
    StringBuilder head = new StringBuilder("POST /audit HTTP/" + version + "\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    head.append("Content-Length: 2\r\nConnection: close\r\n\r\n{}");
    try (Socket socket = new Socket(to, server.port())) {
      socket.getOutputStream().write(head.toString().getBytes(UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
      String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
      String message = "{\"message\": \"";
      return answer.startsWith("HTTP/1.1 403") || answer.startsWith("HTTP/1.0 403")
          ? body.substring(message.length(), body.length() - 2)
          : body;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private String post(String... headers) {
    return post("1.1", InetAddress.getLoopbackAddress(), headers);
  }

  private String host(String name) {
    return "Host: " + name + ":" + server.port();
  }

  private void assertRefused(String why, String... headers) {
    assertThat(post(headers)).as(String.join(", ", headers)).isEqualTo(why);
    assertThat(done).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST",
        "127.0.0.1",
        "127.1.2.3",
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "ledger.example",
        "Ledger.Example"
      })
  void anOperatorCallsTheServerByOneOfItsNames(String name) {
    assertThat(post(host(name), OPERATOR)).isEqualTo("yes");
    assertThat(post(host(name), OPERATOR, "Origin: http://" + name + ":" + server.port()))
        .isEqualTo("yes");
    assertThat(post(host(name), "flowledger-operator: anything")).isEqualTo("yes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "127.evil.example",
        "evil.localhost",
        "localhost.",
        "10.0.0.1",
        "0.0.0.0",
        "169.254.169.254",
        "[::]",
        "[::2]",
        "ledger.example.evil",
        "xledger.example",
        "2130706433",
        "0x7f.1"
      })
  void aForeignHostIsThatOfAPage(String name) {
    assertRefused(NAMES, host(name), OPERATOR);
    assertRefused(NAMES, host(name), OPERATOR, "Origin: http://" + name + ":" + server.port());
  }

  @Test
  void anotherPortIsAnotherServer() {
    assertRefused(NAMES, "Host: localhost", OPERATOR);
    assertRefused(NAMES, "Host: localhost:80", OPERATOR);
    assertRefused(NAMES, "Host: localhost:" + (server.port() + 1), OPERATOR);
  }

  @Test
  void whoNamesTwoServersMeansNone() {
    assertThat(post(host("localhost"), host("evil.example"), OPERATOR)).isNotEqualTo("yes");
    assertThat(post(host("evil.example"), host("localhost"), OPERATOR)).isNotEqualTo("yes");
    assertThat(post(OPERATOR)).isNotEqualTo("yes");
    assertThat(post("Host: ", OPERATOR)).isNotEqualTo("yes");
    assertThat(done).hasValue(0);
  }

  @Test
  void aForeignOriginIsAPage() {
    int port = server.port();
    for (String origin :
        List.of(
            "null",
            "",
            "http://evil.example",
            "http://localhost",
            "http://localhost:" + (port + 1),
            "https://localhost:" + port,
            "http://127.0.0.1:" + port,
            "http://localhost:" + port + "/",
            "file://")) {
      assertRefused(PAGES, host("localhost"), OPERATOR, "Origin: " + origin);
    }
    String own = "Origin: http://localhost:" + port;
    assertRefused(PAGES, host("localhost"), OPERATOR, own, "Origin: http://evil.example");
    assertRefused(PAGES, host("localhost"), OPERATOR, "Origin: null", own);
  }

  @Test
  void whatComesThroughAProxyMayComeFromAnywhere() {
    for (String header :
        List.of(
            "Forwarded",
            "Via",
            "X-Real-IP",
            "X-Client-IP",
            "X-Cluster-Client-IP",
            "X-Forwarded",
            "X-Forwarded-For",
            "X-Forwarded-Host",
            "X-Forwarded-Port",
            "X-Forwarded-Proto",
            "X-Forwarded-Server",
            "X-Original-Host",
            "True-Client-IP",
            "CF-Connecting-IP")) {
      for (String written : List.of(header, header.toLowerCase(Locale.ROOT))) {
        assertRefused(
            ONLY + ", not through a proxy: it has a header " + written,
            host("localhost"),
            OPERATOR,
            written + ": 127.0.0.1");
      }
    }
    assertThat(post("1.0", InetAddress.getLoopbackAddress(), host("localhost"), OPERATOR))
        .isEqualTo(ONLY + ", not through a proxy: it is HTTP/1.0");
    assertThat(done).hasValue(0);
  }

  /** What a page can send without asking: the types of forms, and the headers that go with them. */
  @Test
  void aPageCannotSendTheHeaderUnasked() {
    for (String type :
        List.of("text/plain", "application/x-www-form-urlencoded", "multipart/form-data")) {
      assertRefused(
          "audits are run by requests with the header Flowledger-Operator, as in curl -H"
              + " 'Flowledger-Operator: 1'",
          host("localhost"),
          "Content-Type: " + type,
          "Accept: */*",
          "Accept-Language: en");
    }
    assertThat(
            server
                .send(
                    "OPTIONS",
                    "/audit",
                    HttpRequest.BodyPublishers.noBody(),
                    "Access-Control-Request-Headers",
                    "flowledger-operator",
                    "Access-Control-Request-Method",
                    "POST")
                .join()
                .headers()
                .map()
                .keySet())
        .noneMatch(name -> name.startsWith("access-control"));
  }

  @Test
  void anotherAddressIsAnotherMachine() throws SocketException {
    Optional<InetAddress> outer =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> address.getAddress().length == 4 && !address.isLoopbackAddress())
            .findFirst();
    Assumptions.assumeTrue(outer.isPresent(), "only the loopback interface is there");
    assertThat(post("1.1", outer.get(), host("localhost"), OPERATOR)).isEqualTo(ONLY);
  }

  /** Whatever is put together: one thing that is wrong is enough. */
  @Test
  void oneThingThatIsWrongIsEnough() {
    long seed = Long.getLong("flowledger.test.seed", System.nanoTime());
    Random random = new Random(seed);
    List<String> bad =
        List.of(
            "Origin: http://evil.example",
            "Origin: null",
            "Via: 1.1 proxy",
            "Forwarded: for=127.0.0.1",
            "X-Forwarded-For: 127.0.0.1",
            "X-Real-Ip: ::1");
    List<String> harmless =
        List.of("Accept: */*", "Content-Type: text/plain", "X-Request-Id: 7", "User-Agent: x");
    for (int i = 0; i < 300; i++) {
      List<String> headers = new ArrayList<>();
      boolean named = random.nextInt(4) > 0;
      boolean operator = random.nextInt(4) > 0;
      boolean right = named && operator;
      headers.add(host(named ? "localhost" : "evil.example"));
      if (operator) {
        headers.add(OPERATOR);
      }
      for (String header : harmless) {
        if (random.nextBoolean()) {
          headers.add(header);
        }
      }
      if (random.nextInt(3) == 0) {
        headers.add(bad.get(random.nextInt(bad.size())));
        right = false;
      }
      Collections.shuffle(headers, random);
      done.set(0);
      String answer = post(headers.toArray(String[]::new));
      assertThat(answer.equals("yes"))
          .as("seed %d: %s: %s", seed, headers, answer)
          .isEqualTo(right);
      assertThat(done).hasValue(right ? 1 : 0);
    }
  }
}
