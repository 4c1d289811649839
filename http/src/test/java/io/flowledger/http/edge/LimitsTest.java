package io.flowledger.http.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flowledger.http.Caller;
import io.flowledger.http.Routes;
import io.flowledger.http.connection.AcceptRules;
import io.flowledger.http.fixture.RawConnection;
import io.flowledger.http.fixture.ServedPort;
import io.flowledger.http.refusal.RefusedException;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

final class LimitsTest {

  private final ServedPort port = new ServedPort();
  private final BlockingQueue<RoutingContext> waiting = new LinkedBlockingQueue<>();

  @AfterEach
  void stop() throws Exception {
    port.close();
  }

  private void mount(Router router) {
    router.route("/ping").handler(request -> request.response().end("pong"));
    router.route("/now").handler(request -> request.response().end("now"));
    router.route("/later").handler(waiting::add);
  }

  private RawConnection.Answer get(String path, String... headers) {
    try (RawConnection client = new RawConnection(port.port())) {
      return ask(client, path, headers).answer();
    }
  }

  private static RawConnection ask(RawConnection client, String path, String... headers) {
    client.send(
        "GET "
            + path
            + " HTTP/1.1\r\nHost: x\r\n"
            + String.join("\r\n", headers)
            + (headers.length == 0 ? "" : "\r\n")
            + "\r\n");
    return client;
  }

  private double counted(String name) {
    return port.metrics().get(name).meter().measure().iterator().next().getValue();
  }

  @Test
  void requestsUnderWayAreBounded() throws Exception {
    port.open(web -> web, new Admission(2, "/ping"::equals, port.metrics()), (Routes) this::mount);
    try (RawConnection first = ask(new RawConnection(port.port()), "/later");
        RawConnection second = ask(new RawConnection(port.port()), "/later")) {
      RoutingContext begun = waiting.poll(20, TimeUnit.SECONDS);
      assertThat(waiting.poll(20, TimeUnit.SECONDS)).isNotNull();
      RawConnection.Answer refused = get("/now");
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.head()).containsIgnoringCase("\r\nretry-after: 1\r\n");
      assertThat(get("/ping").status()).isEqualTo(200);
      assertThat(get("/now", "Accept: text/event-stream").status()).isEqualTo(200);
      assertThat(counted("flowledger.requests.refused")).isEqualTo(1);

      begun.response().end("now");
      await().untilAsserted(() -> assertThat(get("/now").status()).isEqualTo(200));
    }
    await()
        .untilAsserted(
            () ->
                assertThat(port.metrics().get("flowledger.requests.pending").gauge().value())
                    .isEqualTo(0)); // also of clients that have gone
  }

  /** As who asks for credentials does. */
  private static void believe(RoutingContext request) {
    String name = request.request().getHeader("name");
    if (name != null) {
      Caller.isCredential(request, name);
    }
  }

  private static final class Credentials implements Routes {
    @Override
    public void mount(Router router) {}

    @Override
    public void admit(RoutingContext request) {
      believe(request);
    }
  }

  @Test
  void requestsOfAClientAreBounded() throws Exception {
    port.open(
        web -> web,
        new Credentials(),
        new RateLimit(1, "/ping"::equals, port.metrics()),
        (Routes) this::mount);
    assertThat(get("/now", "name: anna").status()).isEqualTo(200);
    assertThat(get("/now", "name: anna").status()).isEqualTo(200); // a burst of two seconds
    RawConnection.Answer refused = get("/now", "name: anna");
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.head()).containsIgnoringCase("\r\nretry-after: 1\r\n");
    assertThat(refused.body())
        .isEqualTo("{\"message\": \"more than 1 requests a second, try again\"}");
    assertThat(get("/now", "name: otto").status()).isEqualTo(200);
    assertThat(get("/now").status()).isEqualTo(200);
    assertThat(get("/ping", "name: anna").status()).isEqualTo(200);
    assertThat(counted("flowledger.rate.refused")).isEqualTo(1);
    await().untilAsserted(() -> assertThat(get("/now", "name: anna").status()).isEqualTo(200));
  }

  @Test
  void connectionsAreBounded() throws Exception {
    AcceptRules rules = new AcceptRules(2, from -> true, false);
    takesTwo(rules);
    assertThat(rules.tooMany()).isEqualTo(1);
  }

  private void takesTwo(AcceptRules rules) throws Exception {
    port.open(web -> web.accepting(rules), (Routes) this::mount);
    try (RawConnection first = new RawConnection(port.port());
        RawConnection second = new RawConnection(port.port())) {
      assertThat(ask(first, "/now").answer().status()).isEqualTo(200);
      assertThat(ask(second, "/now").answer().status()).isEqualTo(200);
      try (RawConnection third = new RawConnection(port.port())) {
        assertThat(third.answersToTheEnd()).isEmpty();
      }
      assertThat(rules.open()).isEqualTo(2);
    }
    await().untilAsserted(() -> assertThat(rules.open()).isZero());
    assertThat(get("/now").status()).isEqualTo(200);
  }

  /** But of this machine and of proxies, behind which there are many. */
  @Test
  void connectionsOfAnAddressAreBounded() throws Exception {
    AcceptRules rules = new AcceptRules(10, from -> true, false).perAddress(2, from -> false);
    takesTwo(rules);
    assertThat(rules.greedy()).isEqualTo(1);
    assertThat(rules.tooMany()).isZero();
  }

  @Test
  void whereThereAreManyBehindAnAddressItHasAll() throws Exception {
    AcceptRules rules =
        new AcceptRules(10, from -> true, false).perAddress(1, InetAddress::isLoopbackAddress);
    port.open(web -> web.accepting(rules), (Routes) this::mount);
    try (RawConnection first = new RawConnection(port.port());
        RawConnection second = new RawConnection(port.port())) {
      assertThat(ask(first, "/now").answer().status()).isEqualTo(200);
      assertThat(ask(second, "/now").answer().status()).isEqualTo(200);
    }
  }

  @Test
  void aHeadThatDoesNotEndIsNotAwaited() throws Exception {
    port.within(Duration.ofMillis(300)).open(web -> web, (Routes) this::mount);
    try (RawConnection slow = new RawConnection(port.port());
        RawConnection silent = new RawConnection(port.port());
        RawConnection second = new RawConnection(port.port())) {
      assertThat(ask(second, "/now").answer().status()).isEqualTo(200);
      slow.send("GET /now HTTP/1.1\r\nHos");
      second.send("GET /now HTTP/1.1\r\n");
      assertThat(slow.answersToTheEnd()).isEmpty();
      assertThat(second.answersToTheEnd()).as("a later one").isEmpty();
      assertThat(counted("flowledger.connections.slow")).isEqualTo(2);
      assertThat(ask(silent, "/now").answer().status())
          .as("one on which none has begun")
          .isEqualTo(200);
    }
  }

  /** What is refused at its head is answered at once, and its body may not come for ever. */
  @Test
  void theRestOfWhatIsRefusedIsNotAwaited() throws Exception {
    port.within(Duration.ofMillis(300)).open(web -> web, new Closed());
    for (String length : List.of("Content-Length: 1000", "Transfer-Encoding: chunked")) {
      try (RawConnection slow = new RawConnection(port.port())) {
        slow.send("POST /now HTTP/1.1\r\nHost: h\r\n" + length + "\r\n\r\n3\r\nabc\r\n");
        assertThat(slow.answersToTheEnd())
            .extracting(RawConnection.Answer::status)
            .containsExactly(403);
      }
    }
  }

  /**
   * Who is refused at the head reads that when all is sent, as most clients do: a connection that
   * is closed with bytes unread loses its answer.
   */
  @RepeatedTest(20)
  void theAnswerToWhatIsRefusedIsNotLost() throws Exception {
    port.open(web -> web, new Closed());
    String body = "x".repeat(8 << 20);
    for (String connection : List.of("close", "keep-alive")) {
      try (RawConnection client = new RawConnection(port.port())) {
        client.send(
            "POST /now HTTP/1.1\r\nHost: h\r\nConnection: %s\r\nContent-Length: %d\r\n\r\n"
                .formatted(connection, body.length()));
        client.send(body);
        assertThat(client.answer().status()).isEqualTo(403);
      }
    }
  }

  private static final class Closed implements Routes {
    @Override
    public void admit(RoutingContext request) {
      throw RefusedException.forbidden("not for anybody");
    }

    @Override
    public void mount(Router router) {
      // Nobody comes so far.
    }
  }

  @Test
  void connectionsFromElsewhereAreClosed() throws Exception {
    AcceptRules rules = new AcceptRules(2, from -> !from.isLoopbackAddress(), false);
    port.open(web -> web.accepting(rules), (Routes) this::mount);
    try (RawConnection stranger = new RawConnection(port.port())) {
      assertThat(stranger.answersToTheEnd()).isEmpty();
    }
    assertThat(rules.strangers()).isEqualTo(1);
    assertThat(rules.open()).isZero();
  }
}
